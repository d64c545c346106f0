import { useEffect, useRef } from 'react'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useSink } from '../devices/useDevices.ts'

/** The customer's voice. */
export function RemoteAudio() {
  const { sound } = useDesk().media
  const { soundLocked, setSoundLocked } = useWorkplace()
  const element = useRef<HTMLAudioElement>(null)
  useSink(element)
  useEffect(() => {
    const audio = element.current
    if (!audio) return
    if (audio.srcObject !== sound) audio.srcObject = sound
    if (!sound || soundLocked) return
    audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') setSoundLocked(true)
    })
  }, [sound, soundLocked, setSoundLocked])
  return (
    // biome-ignore lint/a11y/useMediaCaption: a live telephone call has no captions.
    <audio id="remote-audio" ref={element} autoPlay hidden />
  )
}
