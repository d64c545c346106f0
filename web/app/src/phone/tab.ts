/**
 * One page of an agent's browser has the sound. The lock goes when the page goes, and the page that has queued the
 * longest gets it.
 */
export interface SoundLock {
  /**
   * Claims the lock for this page: a page that has it without using it gives it up. With wait it stays in the queue
   * behind one that uses it; without, false means that another page has the sound.
   */
  take(wait: boolean): Promise<boolean>
  /** Queues without claiming anything: onTurn is called when every page before this one is gone. */
  succeed(onTurn: () => void): void
  /** Gives up the lock and the place in the queue. */
  release(): void
  /** Whether another page of this browser has the lock or waits for it. */
  others(): Promise<boolean>
  /** Called when another page claims the sound. */
  onClaim: (() => void) | null
}

/** A page that was reloaded gives the one that got its lock this long to hand it back. */
const handBackMs = 300

/** A SoundLock by the Web Locks API; where there is none, every page may have the sound. */
export class WebSoundLock implements SoundLock {
  onClaim: (() => void) | null = null
  readonly #name: string
  readonly #channel: BroadcastChannel | null
  #release: (() => void) | null = null
  #queued: AbortController | null = null

  constructor(agent: string) {
    this.#name = `phone:${agent}`
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(this.#name)
    if (this.#channel) this.#channel.onmessage = () => this.onClaim?.()
  }

  async take(wait: boolean): Promise<boolean> {
    if (this.#release || !navigator.locks) return true
    this.#leaveQueue()
    if (await this.#request({ ifAvailable: true })) return true
    const queued = this.#request(this.#queue())
    this.#channel?.postMessage('claim')
    if (wait) return queued
    const place = this.#queued
    const timer = setTimeout(() => place?.abort(), handBackMs)
    const taken = await queued
    clearTimeout(timer)
    return taken
  }

  succeed(onTurn: () => void): void {
    if (this.#release || !navigator.locks) return onTurn()
    this.#leaveQueue()
    void this.#request(this.#queue()).then((taken) => taken && onTurn())
  }

  release(): void {
    this.#leaveQueue()
    this.#release?.()
    this.#release = null
  }

  async others(): Promise<boolean> {
    if (!navigator.locks) return false
    const { held = [], pending = [] } = await navigator.locks.query()
    const mine = (this.#release ? 1 : 0) + (this.#queued ? 1 : 0)
    return [...held, ...pending].filter((lock) => lock.name === this.#name).length > mine
  }

  #queue(): LockOptions {
    this.#queued = new AbortController()
    return { signal: this.#queued.signal }
  }

  #leaveQueue(): void {
    this.#queued?.abort()
    this.#queued = null
  }

  /** Resolves when the lock was given (and keeps it until release) or refused. */
  #request(options: LockOptions): Promise<boolean> {
    const place = this.#queued
    return new Promise((resolve) => {
      navigator.locks
        .request(this.#name, options, (lock) => {
          resolve(lock !== null)
          if (!lock) return undefined
          if (this.#queued === place) this.#queued = null
          return new Promise<void>((done) => {
            this.#release = done
          })
        })
        .catch(() => resolve(false))
    })
  }
}
