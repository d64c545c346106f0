import type { Desk } from '../phone/desk.ts'
import { controlsOf, isMuted } from '../phone/state.ts'
import type { ShortcutAction } from './keymap.ts'

/** 끊기 by key is ignored this long after the connect, so that a second press of 전화받기 does not end the call. */
const safeMs = 1_000

type Driven = Pick<Desk, 'getState' | 'act' | 'mute'> & { clock: Pick<Desk['clock'], 'now'> }

/** What the phone does for a shortcut. Actions that open something are done by the screen that has it. */
export function phoneAction(desk: Driven, action: ShortcutAction): boolean {
  const state = desk.getState()
  const call = state.view?.call
  if (!call) return false
  const offered = state.view?.occupation === 'offered'
  switch (action) {
    case 'accept':
    case 'decline':
      if (offered) desk.act(action)
      return true
    case 'mute':
      if (controlsOf(call).mute) desk.mute(!isMuted(state))
      return true
    case 'hold': {
      const hold = controlsOf(call).hold
      if (!offered && hold) desk.act(hold)
      return true
    }
    case 'hangUp':
      // In a consult there is no 끊기, so no key for it either.
      if (offered || state.view?.occupation === 'consulting') return true
      if (mayHangUp(call.connected_at, desk.clock.now())) desk.act('hang_up')
      return true
    default:
      return false
  }
}

function mayHangUp(connectedAt: string | null, now: number): boolean {
  return connectedAt === null || now - Date.parse(connectedAt) > safeMs
}
