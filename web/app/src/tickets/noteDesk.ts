import type { Memory } from '../kept/shelf.ts'
import { Draft, type Locks } from './draft.ts'
import { DraftStore } from './drafts.ts'
import { type Letter, Outbox } from './outbox.ts'

/** As long as the server takes a note, in characters (Unicode code points). */
export const longestNote = 4_000

/** How long a note is as the server counts it: composed, without what it cuts off at the ends. */
export function noteLength(text: string): number {
  return [...text.normalize('NFC').replace(/\r\n?/g, '\n').trimEnd().replace(/^\n+/, '')].length
}

export interface NoteDeskOptions {
  user: string
  memory: Memory
  events: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  locks: Locks | undefined
  send: (key: string, letter: Letter) => Promise<void>
  onSent: (letter: Letter) => void | Promise<void>
}

/** A user's notes before the server has them: those that are being written, and those on their way. */
export class NoteDesk {
  readonly drafts: DraftStore
  readonly outbox: Outbox
  readonly #options: NoteDeskOptions

  constructor(options: NoteDeskOptions) {
    this.#options = options
    this.drafts = new DraftStore(options)
    this.outbox = new Outbox(options)
  }

  draft(ticket: string): Draft {
    return new Draft(this.drafts, this.#options.user, ticket, this.#options.locks)
  }

  /** The ticket of a page's address on which a note was begun. */
  begunAt(path: string): string | null {
    const ticket = /^\/tickets\/(\d+)$/.exec(path)?.[1]
    return ticket && this.drafts.read(ticket) ? ticket : null
  }
}
