import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { User } from '../api/types.ts'
import type { DeviceStore } from '../devices/store.ts'
import type { TitleBell } from '../phone/attention.ts'
import type { Desk, DeskState } from '../phone/desk.ts'
import type { RingTone } from '../phone/tone.ts'
import type { Preflight } from '../preflight/preflight.ts'
import type { QualityMonitor } from '../quality/monitor.ts'
import type { ServiceStore } from '../service/store.ts'
import type { ShortcutStore } from '../shortcuts/store.ts'
import type { NoteDesk } from '../tickets/noteDesk.ts'

/** What every screen below the sign-in can reach. */
export interface Workplace {
  user: User
  desk: Desk
  devices: DeviceStore
  quality: QualityMonitor
  preflight: Preflight
  services: ServiceStore
  shortcuts: ShortcutStore
  notes: NoteDesk
  tone: RingTone
  title: TitleBell
  /** Asks whether desktop notifications may be shown. Call it from a click. */
  askNotifications: () => void
  /** The browser keeps this page silent until something in it is pressed. */
  soundLocked: boolean
  setSoundLocked: (locked: boolean) => void
  /** Ends the session. */
  signOut: () => Promise<void>
}

export const WorkplaceContext = createContext<Workplace | null>(null)

export function useWorkplace(): Workplace {
  const place = useContext(WorkplaceContext)
  if (!place) throw new Error('useWorkplace outside of a signed-in page')
  return place
}

/** The phone as it is now. */
export function useDesk(): DeskState {
  const { desk } = useWorkplace()
  return useSyncExternalStore(desk.subscribe, desk.getState)
}

/** The server's time in milliseconds, refreshed at every whole second before or after the anchor. */
export function useServerTime(anchor: number): number {
  const { clock } = useWorkplace().desk
  const [now, setNow] = useState(() => clock.now())
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      const at = clock.now()
      setNow(at)
      const intoSecond = (((at - anchor) % 1000) + 1000) % 1000
      timer = setTimeout(tick, 1005 - intoSecond)
    }
    tick()
    return () => clearTimeout(timer)
  }, [anchor, clock])
  return now
}

/** Seconds since a local time, for what this page itself is doing. */
export function useLocalSeconds(since: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.round((now - since) / 1000))
}

/** Sets the page's title. */
export function useTitle(title: string): void {
  const place = useWorkplace()
  useEffect(() => place.title.setBase(title ? `${title} · Bellhop` : 'Bellhop'), [place.title, title])
}
