import type { CallTarget, Phone, PhoneCall, PhoneNotice } from '../api/types.ts'

/** What the server tells a page about its own agent, and what the page may ask for. Times are RFC 3339 strings in UTC. */

/** Everything a page shows of its agent's phone. It always comes whole; the latest wins. */
export type AgentView = Phone
export type CallView = PhoneCall
/** Who is consulted, or called inside. */
export type Target = CallTarget
/** What the agent is told without having to act. */
export type Notice = PhoneNotice
export type Presence = AgentView['presence']
export type Occupation = AgentView['occupation']

export const workKinds = ['training', 'reporting', 'meeting', 'ticket', 'chat', 'coaching'] as const
export type WorkKind = (typeof workKinds)[number]

/** A presence with its kind: the kind of work, or the reason of a break, or ''. */
export interface Mode {
  presence: Presence
  kind: string
}

export interface TicketRef {
  number: number
  call: string
}

/** What can be done with the call on the screen. */
export type CallAction =
  | 'accept'
  | 'decline'
  | 'hang_up'
  | 'hold'
  | 'resume'
  | 'mute'
  | 'press_keys'
  | 'consult'
  | 'cancel_consult'
  | 'connect_customer'
  | 'swap'
  | 'three_way'
  | 'drop_target'
  | 'transfer'
  | 'end_hostile'

export type Action = CallAction | 'set_presence' | 'clear_next' | 'dismiss' | 'sign_out' | 'dial'

/** Why a call is ended by 강성종료. */
export const hostileReasons = ['profanity', 'threat', 'sexual', 'repeated', 'other'] as const
export type HostileReason = (typeof hostileReasons)[number]

export interface Command {
  action: Action
  call?: string
  version?: number
  presence?: Presence
  kind?: string
  to?: string
  caller_id?: string
  service?: string
  keys?: string
  on?: boolean
  reason?: HostileReason
}

/** What some call actions need to know. */
export type CallFields = Pick<Command, 'to' | 'caller_id' | 'keys' | 'on' | 'reason'>

/** One agent as colleagues see him. State is the occupation unless free, then the presence. */
export interface RosterAgent {
  id: string
  name: string
  extension: string
  groups: string[]
  state: Presence | Occupation
  kind: string
  since: string
}

export interface RosterQueue {
  id: string
  name: string
  number: string
  waiting: number
  ready: number
}

/** Who can be reached inside. It always comes whole; the latest wins. */
export interface Roster {
  agents: RosterAgent[]
  queues: RosterQueue[]
}

export type Result = { ok: true } | { ok: false; code: string; params: Record<string, string> }

export type ServerMessage =
  | { type: 'snapshot'; seq: number; now: string; phone: AgentView | null; ticket: TicketRef | null }
  | { type: 'phone'; seq: number; now: string; phone: AgentView }
  | ({ type: 'roster'; seq: number; now: string } & Roster)
  | { type: 'ticket_opened'; seq: number; now: string; ticket: TicketRef }
  | { type: 'result'; id: string; ok: boolean; code?: string; params?: Record<string, string> }
  | { type: 'ping' }
  /** Who is signed in, or what he may do, has changed. */
  | { type: 'session' }
