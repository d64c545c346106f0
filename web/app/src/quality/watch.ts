import { request } from '../api/client.ts'
import type { Desk } from '../phone/desk.ts'
import { QualityMonitor } from './monitor.ts'
import { QualityReports } from './reports.ts'

/** How the user's calls sound, while they are on and afterwards. */
export function watchQuality(user: string, desk: Desk): { quality: QualityMonitor; start: () => () => void } {
  const inCall = () => desk.getState().view?.call?.id ?? ''
  const reports = new QualityReports({
    user,
    memory: window.localStorage,
    inCall,
    send: (call, part, summary) => request('PUT', `/calls/${call}/quality/${part}`, summary),
  })
  const quality = new QualityMonitor(desk, {
    now: () => desk.clock.now(),
    onStretch: (call, summary) => reports.add(call, summary),
  })
  const start = () => {
    let call: string | null = null // not known yet
    const unsubscribe = desk.subscribe(() => {
      if (!desk.getState().synced || inCall() === call) return
      call = inCall()
      // After the monitor, which hears of the end in the same breath.
      queueMicrotask(() => reports.flush())
    })
    const leaving = () => quality.cut()
    window.addEventListener('pagehide', leaving)
    quality.start()
    return () => {
      window.removeEventListener('pagehide', leaving)
      unsubscribe()
      quality.stop()
      reports.stop()
    }
  }
  return { quality, start }
}
