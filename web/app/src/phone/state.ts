import type { DeskState } from './desk.ts'
import { type Action, type CallView, type Mode, type Presence, workKinds } from './view.ts'

/** What the panel shows as the agent's state: the occupation unless free, then the presence (call model, section 1). */
export type ScreenState =
  | 'loading'
  | 'signed_out'
  | 'connecting'
  | 'disconnected'
  | 'default'
  | 'ready'
  | 'break'
  | 'work'
  | 'offered'
  | 'dialling'
  | 'talking'
  | 'holding'
  | 'consulting'

export function screenState(desk: DeskState): ScreenState {
  const { view, media, synced, signingIn } = desk
  if (!synced || !view) return 'loading'
  if (view.occupation !== 'free') return view.occupation
  const underWay = media.phase === 'asking' || media.phase === 'connecting'
  if (view.presence === 'signed_out') return signingIn || underWay || media.phase === 'up' ? 'connecting' : 'signed_out'
  if (media.phase === 'elsewhere') return view.phone_up ? view.presence : 'disconnected'
  if (media.phase === 'up') return view.phone_up ? view.presence : 'connecting'
  return underWay || signingIn ? 'connecting' : 'disconnected'
}

/** The name of a state's colours and shape in the style sheet (design section 2). */
export type Look =
  | 'out'
  | 'default'
  | 'ready'
  | 'break'
  | 'work'
  | 'ring'
  | 'dial'
  | 'talk'
  | 'consult'
  | 'hold'
  | 'dead'

const looks: Record<ScreenState, Look> = {
  loading: 'out',
  signed_out: 'out',
  connecting: 'out',
  disconnected: 'dead',
  default: 'default',
  ready: 'ready',
  break: 'break',
  work: 'work',
  offered: 'ring',
  dialling: 'dial',
  talking: 'talk',
  holding: 'hold',
  consulting: 'consult',
}

export function lookOf(state: ScreenState): Look {
  return looks[state]
}

/** The key of a state's word in the catalogues. A kind of work has its own word. */
export function wordOf(state: ScreenState, kind = ''): StateWord {
  if (state === 'work' && (workKinds as readonly string[]).includes(kind)) {
    return `state.work_${kind as (typeof workKinds)[number]}`
  }
  return `state.${state}`
}

export type StateWord = `state.${ScreenState}` | `state.work_${(typeof workKinds)[number]}`

/** A presence and its kind as one value, for a list to choose from. */
export function modeKey(mode: Mode): string {
  return mode.presence === 'work' ? `work:${mode.kind}` : mode.presence
}

/** The colours and shape of a presence. */
export function lookOfMode(mode: Mode): Look {
  return mode.presence === 'signed_out' ? 'out' : mode.presence
}

export function modeFromKey(key: string): Mode {
  const [presence, kind = ''] = key.split(':')
  return { presence: presence as Presence, kind }
}

/** Whether the user has a phone at all (PH-05). */
export function hasPhone(desk: DeskState): boolean {
  return desk.view !== null && desk.view.agent.id !== ''
}

/** Whether the agent is offered or in a call: then he may not leave. */
export function inCall(desk: DeskState): boolean {
  return desk.view !== null && desk.view.occupation !== 'free'
}

/** Whether 대기 can be chosen: a caller would be heard. */
export function reachable(desk: DeskState): boolean {
  return desk.view?.phone_up === true && desk.media.phase !== 'lost'
}

/** What the agent has pressed for this call that the server has not answered. */
export function pendingFor(desk: DeskState, call: string): DeskState['pending'][number] | undefined {
  return desk.pending.find((pending) => pending.call === call)
}

/** Whether the agent has pressed this for the call, and the server has not answered. */
export function isPending(desk: DeskState, call: string, ...actions: readonly Action[]): boolean {
  return desk.pending.some((pending) => pending.call === call && actions.includes(pending.action))
}

/** Whether this agent is not heard, as the server knows it. */
export function isMuted(desk: DeskState): boolean {
  return desk.view?.call?.muted ?? desk.media.muted
}

/** How urgent a hold has become: from one minute on the customer should hear something. */
export function holdLevel(heldMs: number): 'calm' | 'warn' | 'late' {
  if (heldMs < 60_000) return 'calm'
  return heldMs < 120_000 ? 'warn' : 'late'
}

/** What the call's controls may do now (section 2 of the call model). */
export interface Controls {
  mute: boolean
  keys: boolean
  /** null where the call has no customer to hold. */
  hold: 'hold' | 'resume' | null
  transfer: boolean
  hostile: boolean
}

/** Which controls make sense. Who is consulted, and who talks to a colleague, has only a few. */
export function controlsOf(call: CallView): Controls {
  const parked = call.phase === 'parked'
  const customers = call.direction !== 'internal' && !call.consulted
  const alone = call.phase === 'talking' || call.phase === 'holding'
  return {
    mute: !parked && call.phase !== 'dialling' && call.phase !== 'offering',
    keys: !call.consulted && ['talking', 'consulting', 'three_way'].includes(call.phase),
    hold: customers && alone ? (call.phase === 'holding' ? 'resume' : 'hold') : null,
    transfer: customers && alone,
    hostile: customers && call.phase !== 'dialling' && call.phase !== 'offering',
  }
}
