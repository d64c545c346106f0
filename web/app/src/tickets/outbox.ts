import { ApiError } from '../api/client.ts'
import { type Memory, Shelf } from '../kept/shelf.ts'
import { Backoff } from '../phone/backoff.ts'

/** A note that was saved and is on its way to the server. Its key makes it the same note however often it is sent. */
export interface Letter {
  ticket: string
  text: string
  at: number
  /** Why the server does not take it; '' while it is to be sent. */
  problem: string
}

export interface OutboxOptions {
  user: string
  memory: Memory
  /** The window: it tells of other pages, and when the network is back. */
  events: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  /** Sends a letter; fails with an ApiError. */
  send: (key: string, letter: Letter) => Promise<void>
  /** The server has it. */
  onSent: (letter: Letter) => void | Promise<void>
  now?: () => number
  newKey?: () => string
}

/** So many may wait. Beyond that, saving is refused and the draft stays. */
const most = 50

/** Takes saved notes to the server: at once, or when it can be reached again, also after the page was closed. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #shelf: Shelf<Letter>
  readonly #backoff = new Backoff({ first: 2_000, max: 60_000 })
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending = false
  #again = false

  constructor(options: OutboxOptions) {
    const { user, memory, events } = options
    this.#options = options
    this.#shelf = new Shelf({
      memory,
      events,
      prefix: `bellhop.outbox.${user}.`,
      most: most + 1,
      parse,
      age: (l) => l.at,
    })
  }

  get subscribe() {
    return this.#shelf.subscribe
  }

  get version() {
    return this.#shelf.version
  }

  /** Sends what was left, and whatever comes, until the returned function is called. */
  start(): () => void {
    const flush = () => this.flush()
    this.#options.events.addEventListener('online', flush)
    flush()
    return () => {
      clearTimeout(this.#timer)
      this.#options.events.removeEventListener('online', flush)
    }
  }

  /** The letters about a ticket, the oldest first. */
  of(ticket: string): [key: string, letter: Letter][] {
    return this.#shelf.all().filter(([, letter]) => letter.ticket === ticket)
  }

  /** Takes a note; false when there is no room, and then nothing has changed. */
  post(ticket: string, text: string): boolean {
    const { newKey = () => crypto.randomUUID(), now = Date.now } = this.#options
    if (this.#shelf.all().length >= most) return false
    const posted = this.#shelf.put(newKey(), { ticket, text, at: now(), problem: '' })
    if (posted) this.flush()
    return posted
  }

  /** Takes a letter back that the server does not want. */
  withdraw(key: string): void {
    this.#shelf.remove(key)
  }

  /** Sends everything that is to be sent, one after the other. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#again = this.#sending
    if (!this.#sending) void this.#sendAll()
  }

  async #sendAll(): Promise<void> {
    this.#sending = true
    let reached = true
    for (const [key, letter] of this.#shelf.all()) {
      if (letter.problem === '' && reached) reached = await this.#send(key, letter)
    }
    this.#sending = false
    if (this.#again) this.flush()
    else if (!reached) this.#timer = setTimeout(() => this.flush(), this.#backoff.next())
  }

  /** False when the server could not be asked. */
  async #send(key: string, letter: Letter): Promise<boolean> {
    try {
      await this.#options.send(key, letter)
    } catch (error) {
      if (!isRefusal(error)) return false
      if (this.#shelf.get(key)) this.#shelf.put(key, { ...letter, problem: error.code })
      return true
    }
    this.#backoff.reset()
    // First shown, then forgotten: it is never out of sight.
    await this.#options.onSent(letter)
    this.#shelf.remove(key)
    return true
  }
}

/** The server has looked at it and says no. Whoever is signed out will be back. */
function isRefusal(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false
  return error.status >= 400 && error.status < 500 && ![401, 408, 425, 429].includes(error.status)
}

function parse(value: unknown): Letter | null {
  const { ticket, text, at, problem } = (value ?? {}) as Partial<Letter>
  if (typeof ticket !== 'string' || typeof text !== 'string' || typeof at !== 'number') return null
  return { ticket, text, at, problem: typeof problem === 'string' ? problem : '' }
}
