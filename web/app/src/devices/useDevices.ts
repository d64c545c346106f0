import { type RefObject, useEffect, useSyncExternalStore } from 'react'
import { useWorkplace } from '../app/deskContext.ts'
import type { DeviceState } from './store.ts'

/** The devices as they are now. */
export function useDevices(): DeviceState {
  const { devices } = useWorkplace()
  return useSyncExternalStore(devices.subscribe, devices.getState)
}

/** Whether this browser lets a page choose its loudspeaker. */
export const canChooseSpeaker = typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype

/** Plays an element through the chosen loudspeaker, and through the system's own when that one is unplugged. */
export function useSink(element: RefObject<HTMLMediaElement | null>): void {
  const { devices } = useWorkplace()
  useDevices()
  const id = devices.idOf('speaker')
  useEffect(() => {
    const audio = element.current
    if (audio && canChooseSpeaker && audio.sinkId !== id) void audio.setSinkId(id).catch(() => undefined)
  }, [element, id])
}
