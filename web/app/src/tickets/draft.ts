import type { DraftStore } from './drafts.ts'

export interface DraftState {
  text: string
  /** Another page of this browser writes on it: this one only shows it. */
  elsewhere: boolean
  /** When it was kept last; null when it is not. */
  keptAt: number | null
  /** The browser does not keep it. */
  unkept: boolean
}

/** The Web Locks API, as far as a draft needs it. */
export interface Locks {
  request(
    name: string,
    options: { steal?: boolean; signal?: AbortSignal },
    callback: (lock: unknown) => unknown,
  ): Promise<unknown>
}

/** A page that was left, or reloaded, gives its drafts up within this time. */
const patienceMs = 300

/**
 * A note that is being written on a ticket. What is typed is kept at once. One page at a time writes on it: whoever
 * touches it first has it until he leaves it, the others follow what he writes and may take it over.
 */
export class Draft {
  readonly #store: DraftStore
  readonly #ticket: string
  readonly #name: string
  readonly #locks: Locks | undefined
  readonly #listeners = new Set<() => void>()
  #state: DraftState
  #hold: 'none' | 'asked' | 'here' = 'none'
  #release: (() => void) | null = null
  #waiting: AbortController | null = null
  #unsubscribe: (() => void) | null = null

  constructor(store: DraftStore, user: string, ticket: string, locks: Locks | undefined) {
    this.#store = store
    this.#ticket = ticket
    this.#name = `draft:${user}:${ticket}`
    this.#locks = locks
    const kept = store.read(ticket)
    this.#state = { text: kept?.text ?? '', elsewhere: false, keptAt: kept?.at ?? null, unkept: false }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): DraftState => this.#state

  /** Follows what other pages write, until the returned function is called: then others may write. */
  open(): () => void {
    this.#read()
    this.#unsubscribe = this.#store.subscribe(() => this.#changed())
    return () => {
      this.#unsubscribe?.()
      this.#leave()
    }
  }

  /** The field was touched: it is written here from now on, unless another page does. */
  claim(): void {
    if (this.#hold === 'none' && !this.#state.elsewhere) this.#ask({ signal: AbortSignal.timeout(patienceMs) })
  }

  /** It goes on here, whoever has it. What the other page wrote is kept already. */
  takeOver(): void {
    this.#waiting?.abort()
    this.#ask({ steal: true })
  }

  type(text: string): void {
    this.claim()
    if (this.#state.elsewhere) return
    this.#keep(text)
  }

  /** The note went its way. */
  clear(): void {
    this.#keep('')
    this.#leave()
  }

  #ask(options: { signal?: AbortSignal; steal?: boolean }): void {
    this.#hold = 'asked'
    if (!this.#locks) return this.#granted(options.steal === true)
    this.#locks
      .request(
        this.#name,
        options,
        () =>
          new Promise<void>((done) => {
            this.#release = done
            this.#granted(options.steal === true)
          }),
      )
      .catch(() => this.#hold !== 'none' && this.#follow()) // another page has it, or took it over
  }

  #granted(taken: boolean): void {
    if (this.#hold !== 'asked') return this.#release?.()
    this.#hold = 'here'
    if (taken) this.#read()
  }

  /** Another page writes: show what it writes, and wait until it leaves. */
  #follow(): void {
    this.#hold = 'none'
    this.#release = null
    this.#read()
    this.#set({ elsewhere: true })
    const waiting = new AbortController()
    this.#waiting = waiting
    this.#locks
      ?.request(this.#name, { signal: waiting.signal }, () => {
        this.#read()
        this.#set({ elsewhere: false })
      })
      .catch(() => this.#set({ elsewhere: false })) // it was taken over, or this page left it
  }

  /** Something was written, here or in another page. Whoever has it is right: another one did not know yet. */
  #changed(): void {
    if (this.#hold === 'none') this.#read()
    else if (this.#hold === 'here' && this.#stored() !== this.#state.text) this.#keep(this.#state.text)
  }

  #stored(): string {
    return this.#store.read(this.#ticket)?.text ?? ''
  }

  #leave(): void {
    this.#waiting?.abort()
    this.#waiting = null
    this.#release?.()
    this.#release = null
    this.#hold = 'none'
  }

  #keep(text: string): void {
    this.#set({ text }) // first: what is written is told to this page, too
    const unkept = !this.#store.write(this.#ticket, text)
    this.#set({ unkept, keptAt: unkept ? null : (this.#store.read(this.#ticket)?.at ?? null) })
  }

  #read(): void {
    const kept = this.#store.read(this.#ticket)
    this.#set({ text: kept?.text ?? '', keptAt: kept?.at ?? null })
  }

  #set(change: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
