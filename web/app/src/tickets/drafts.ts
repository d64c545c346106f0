import { type Memory, Shelf, type ShelfOptions } from '../kept/shelf.ts'

interface Kept {
  text: string
  at: number
}

export interface DraftStoreOptions {
  user: string
  memory: Memory
  events?: ShelfOptions<Kept>['events']
  now?: () => number
}

const prefix = 'bellhop.draft.'
/** So many notes may be begun at once; the one that was touched longest ago makes room. */
const most = 50
/** Longer than this is no note, and is not kept. */
const longest = 100_000

/** The notes that a user has begun, by ticket. They survive the page, and go when somebody else signs in. */
export class DraftStore {
  readonly #shelf: Shelf<Kept>
  readonly #now: () => number

  constructor({ user, memory, events, now = Date.now }: DraftStoreOptions) {
    const own = `${prefix}${user}.`
    const names = Array.from({ length: memory.length }, (_, n) => memory.key(n) ?? '')
    for (const name of names) if (name.startsWith(prefix) && !name.startsWith(own)) memory.removeItem(name)
    this.#now = now
    this.#shelf = new Shelf({ memory, events, prefix: own, most, parse, age: ({ at }) => at })
  }

  get subscribe() {
    return this.#shelf.subscribe
  }

  get version() {
    return this.#shelf.version
  }

  read(ticket: string): Kept | null {
    return this.#shelf.get(ticket)
  }

  /** Keeps what is written so far; '' is none. False when it could not be kept. */
  write(ticket: string, text: string): boolean {
    if (text === '') {
      this.#shelf.remove(ticket)
      return true
    }
    return text.length <= longest && this.#shelf.put(ticket, { text, at: this.#now() })
  }
}

function parse(value: unknown): Kept | null {
  const { text, at } = (value ?? {}) as Partial<Kept>
  return typeof text === 'string' && typeof at === 'number' && text !== '' ? { text, at } : null
}
