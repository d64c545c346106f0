import type { TicketEvent } from '../api/types.ts'
import type { Note } from './notes.ts'

/** One thing in a timeline. */
export type Moment = { event: TicketEvent; key: string; at: string } | { note: Note; at: string }

/** Events and notes by time, the oldest first. Events of one moment stay as they came. */
export function inOrder(events: readonly TicketEvent[], notes: readonly Note[]): Moment[] {
  const happened = events.map((event, n): Moment => ({ event, key: `${event.at} ${event.kind} ${n}`, at: event.at }))
  const noted = notes.toSorted((a, b) => a.id - b.id).map((note): Moment => ({ note, at: note.at }))
  return [...happened, ...noted].sort((a, b) => a.at.localeCompare(b.at))
}
