import type { TicketEvent } from '../api/types.ts'
import type { Look } from '../phone/state.ts'

/** The events a ticket can tell of, as the catalogues name them. */
const kinds = [
  'arrived',
  'queued',
  'dialled',
  'offered',
  'declined',
  'missed',
  'offer_lost',
  'withdrawn',
  'connected',
  'held',
  'resumed',
  'consult_started',
  'consult_connected',
  'consult_ended',
  'three_way',
  'handed_over',
  'transferred',
  'hostile_end',
  'parked',
  'rejoined',
  'returned',
  'recovered',
  'repaired',
  'overflowed',
  'ended',
] as const

export type EventKind = (typeof kinds)[number] | 'unknown'

/** The kind, or unknown for one of a newer server. */
export function eventKind(kind: string): EventKind {
  return kinds.find((known) => known === kind) ?? 'unknown'
}

const looks: Partial<Record<EventKind, Look>> = {
  connected: 'talk',
  resumed: 'talk',
  rejoined: 'talk',
  held: 'hold',
  consult_started: 'consult',
  consult_connected: 'consult',
  consult_ended: 'hold',
  three_way: 'consult',
  handed_over: 'consult',
  transferred: 'consult',
  dialled: 'ring',
  declined: 'break',
  missed: 'break',
  parked: 'dead',
  offer_lost: 'dead',
  returned: 'dead',
  recovered: 'work',
  repaired: 'work',
  overflowed: 'hold',
  hostile_end: 'dead',
  ended: 'dead',
}

/** The colour of an event's point in the timeline. */
export function eventLook(kind: EventKind): Look | undefined {
  return looks[kind]
}

const reasons = [
  'customer_hangup',
  'agent_hangup',
  'switch_failure',
  'supervisor_end',
  'abandoned_in_flow',
  'closed_hours',
  'overflowed',
  'flow_end',
  'abandoned_waiting',
  'abandoned_ringing',
  'unallocated',
  'target_hangup',
  'busy',
  'no_answer',
  'refused',
  'network_error',
  'no_agent',
  'cancelled',
  'transferred_out',
  'hostile_end',
] as const

/** Why a call ended, where the catalogues have words for it. */
export function eventReason(event: TicketEvent): (typeof reasons)[number] | undefined {
  return knownReason(event.params.reason ?? event.params.why)
}

/** A reason of calls, where the catalogues have words for it. */
export function knownReason(code: string | undefined): (typeof reasons)[number] | undefined {
  return reasons.find((reason) => reason === code)
}

const hostileReasons = ['profanity', 'threat', 'sexual', 'repeated', 'other'] as const

/** The reason that an agent gave for 강성종료, where the catalogues have words for it. */
export function hostileReason(event: TicketEvent): (typeof hostileReasons)[number] | undefined {
  return hostileReasons.find((reason) => reason === event.params.detail)
}

/** A span that the server put into an event, in milliseconds. */
export function eventSpan(event: TicketEvent, name: 'wait_ms' | 'talk_ms' | 'hold_ms'): number | undefined {
  const ms = Number.parseInt(event.params[name] ?? '', 10)
  return ms > 0 || event.params[name] === '0' ? ms : undefined
}
