import type { TicketEvent } from '../api/types.ts'
import type { Look } from '../phone/state.ts'

/** The events a ticket can tell of, as the catalogues name them. */
const kinds = [
  'call_arrived',
  'call_queued',
  'call_offered',
  'offer_declined',
  'offer_missed',
  'offer_lost',
  'call_returned',
  'call_connected',
  'call_ended',
  'ticket_opened',
] as const

export type EventKind = (typeof kinds)[number] | 'unknown'

/** The kind by whatever spelling the server uses: CallConnected, call_connected or connected. */
export function eventKind(kind: string): EventKind {
  const snake = kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
  return kinds.find((known) => known === snake || known.replace(/^(call|offer|ticket)_/, '') === snake) ?? 'unknown'
}

/** The colour of an event's point in the timeline. */
export function eventLook(kind: EventKind): Look | undefined {
  if (kind === 'call_connected') return 'talk'
  if (kind === 'call_ended' || kind === 'offer_lost') return 'dead'
  if (kind === 'ticket_opened') return 'ring'
  return kind === 'offer_missed' || kind === 'offer_declined' ? 'break' : undefined
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

/** How long the caller waited or the talk lasted, in milliseconds, as the events themselves show. */
export function spanBefore(events: readonly TicketEvent[], event: TicketEvent, from: EventKind): number | undefined {
  const start = events.find((other) => eventKind(other.kind) === from)
  return start ? Date.parse(event.at) - Date.parse(start.at) : undefined
}
