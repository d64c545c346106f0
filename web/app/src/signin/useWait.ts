import { useEffect, useState } from 'react'

/** Counts the seconds down until the server lets one try again. */
export function useWait(): { seconds: number; begin: (seconds: number) => void } {
  const [until, setUntil] = useState(0)
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (until === 0) return
    const timer = setInterval(() => {
      setNow(Date.now())
      if (Date.now() >= until) setUntil(0)
    }, 250)
    return () => clearInterval(timer)
  }, [until])
  return {
    seconds: until === 0 ? 0 : Math.max(1, Math.ceil((until - now) / 1000)),
    begin: (seconds) => {
      setNow(Date.now())
      setUntil(Date.now() + seconds * 1000)
    },
  }
}
