import { useDesk, useServerTime } from '../app/deskContext.ts'
import { clockTimer } from '../format/time.ts'
import { screenState } from '../phone/state.ts'

/** How long the state on the screen has lasted. Nothing while there is no phone connection to time. */
export function StateTimer({ className }: { className: string }) {
  const desk = useDesk()
  const state = screenState(desk)
  if (!desk.view || ['loading', 'signed_out', 'connecting'].includes(state)) return null
  const since = state === 'talking' ? desk.view.call?.connected_at : desk.view.since
  return <Timer className={className} since={since ?? desk.view.since} />
}

/** A running timer from a time of the server's. */
export function Timer({ className, since }: { className: string; since: string }) {
  const start = Date.parse(since)
  const now = useServerTime(start)
  return (
    <span className={`num ${className}`} role="timer">
      {clockTimer(now - start)}
    </span>
  )
}
