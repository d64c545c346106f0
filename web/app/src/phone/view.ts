/** What the server tells a page about its own agent, and what the page may ask for. Times are RFC 3339 strings in UTC. */

export type Presence = 'signed_out' | 'default' | 'ready' | 'break' | 'work'
export type Occupation = 'free' | 'offered' | 'talking'

export const workKinds = ['training', 'reporting', 'meeting', 'ticket', 'chat', 'coaching'] as const
export type WorkKind = (typeof workKinds)[number]

export type NoticeKind =
  | 'after_call'
  | 'declined_offer'
  | 'missed_offer'
  | 'missed_too_often'
  | 'caller_gone'
  | 'phone_failed'
  | 'was_unreachable'

/** A presence with its kind: the kind of work, or the reason of a break, or ''. */
export interface Mode {
  presence: Presence
  kind: string
}

export interface Notice {
  kind: NoticeKind | string
  at: string
  call: string
  reason: string
}

export interface CallView {
  id: string
  /** Names the state of the call that a command was made for. */
  version: number
  phase: 'offering' | 'talking' | string
  caller: { number: string; name: string }
  dialled: string
  queue: { id: string; name: string }
  service: { id: string; name: string }
  /** It was offered to somebody before (호회수). */
  reoffered: boolean
  /** 전화받기 was pressed and the audio is being connected. */
  answering: boolean
  queued_at: string
  offered_at: string
  offer_ends_at: string
  connected_at: string | null
}

/** Everything a page shows of its agent's phone. It always comes whole; the latest wins. */
export interface AgentView extends Mode {
  agent: { id: string; name: string; extension: string }
  occupation: Occupation
  /** When the state on the screen began. */
  since: string
  /** Chosen during a call, taken when it ends. */
  next: Mode | null
  phone_up: boolean
  switch_up: boolean
  misses: number
  /** How many callers wait in the agent's queues. */
  waiting: number
  notice: Notice | null
  call: CallView | null
}

export interface TicketRef {
  number: number
  call: string
}

export type Action = 'set_presence' | 'dismiss' | 'accept' | 'decline' | 'hang_up' | 'sign_out'

export interface Command {
  action: Action
  call?: string
  version?: number
  presence?: Presence
  kind?: string
}

export type Result = { ok: true } | { ok: false; code: string; params: Record<string, string> }

export type ServerMessage =
  | { type: 'snapshot'; seq: number; now: string; phone: AgentView | null; ticket: TicketRef | null }
  | { type: 'phone'; seq: number; now: string; phone: AgentView }
  | { type: 'ticket_opened'; seq: number; now: string; ticket: TicketRef }
  | { type: 'result'; id: string; ok: boolean; code?: string; params?: Record<string, string> }
  | { type: 'ping' }
