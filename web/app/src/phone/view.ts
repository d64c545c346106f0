import type { Phone, PhoneCall, PhoneNotice } from '../api/types.ts'

/** What the server tells a page about its own agent, and what the page may ask for. Times are RFC 3339 strings in UTC. */

/** Everything a page shows of its agent's phone. It always comes whole; the latest wins. */
export type AgentView = Phone
export type CallView = PhoneCall
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
