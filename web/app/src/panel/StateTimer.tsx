import { useDesk, useServerTime } from '../app/deskContext.ts'
import { clockTimer } from '../format/time.ts'
import { type ScreenState, screenState } from '../phone/state.ts'
import type { AgentView } from '../phone/view.ts'

/** How long the state on the screen has lasted. Nothing while there is no phone connection to time. */
export function StateTimer({ className }: { className: string }) {
  const desk = useDesk()
  const state = screenState(desk)
  if (!desk.view || ['loading', 'signed_out', 'connecting'].includes(state)) return null
  return <Timer className={className} since={startOf(desk.view, state) ?? desk.view.since} />
}

/** A call runs from its connect, a hold from when the customer first heard music, all else from its own beginning. */
function startOf(view: AgentView, state: ScreenState): string | null | undefined {
  if (view.call?.consulted) return view.since
  if (state === 'talking') return view.call?.connected_at
  return state === 'holding' ? view.call?.held_at : view.since
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
