import type { TicketEvent } from '../api/types.ts'
import type { Look } from '../phone/state.ts'

/** The events a ticket can tell of, as the catalogues name them. */
const kinds = [
  'arrived',
  'queued',
  'offered',
  'declined',
  'missed',
  'offer_lost',
  'connected',
  'returned',
  'ended',
] as const

export type EventKind = (typeof kinds)[number] | 'unknown'

/** The kind, or unknown for one of a newer server. */
export function eventKind(kind: string): EventKind {
  return kinds.find((known) => known === kind) ?? 'unknown'
}

/** The colour of an event's point in the timeline. */
export function eventLook(kind: EventKind): Look | undefined {
  if (kind === 'connected') return 'talk'
  if (kind === 'ended' || kind === 'offer_lost' || kind === 'returned') return 'dead'
  return kind === 'missed' || kind === 'declined' ? 'break' : undefined
}

const reasons = [
  'customer_hangup',
  'agent_hangup',
  'switch_failure',
  'supervisor_end',
  'abandoned_waiting',
  'abandoned_ringing',
  'unallocated',
] as const

/** Why a call ended, where the catalogues have words for it. */
export function eventReason(event: TicketEvent): (typeof reasons)[number] | undefined {
  return reasons.find((reason) => reason === event.params.reason)
}

/** A span that the server put into an event, in milliseconds. */
export function eventSpan(event: TicketEvent, name: 'wait_ms' | 'talk_ms'): number | undefined {
  const ms = Number.parseInt(event.params[name] ?? '', 10)
  return ms > 0 || event.params[name] === '0' ? ms : undefined
}
