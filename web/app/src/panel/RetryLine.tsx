import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** When the next attempt comes. Times are local milliseconds. */
export function RetryLine({ retryAt }: { retryAt: number | null }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000)
  return <>{seconds > 0 ? t('phone.retryIn', { seconds }) : t('phone.retrying')}</>
}
