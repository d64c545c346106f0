/** Reads a clock that never jumps, in milliseconds since 1970. */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}

const kept = 20

/**
 * The server's clock as seen from this page. Each message says when the server sent it; a message that travelled
 * longer makes the server look slower, so the highest of the last offsets is the best one.
 */
export class ServerClock {
  #offsets: number[] = []
  #offset = 0
  readonly #local: () => number

  constructor(local: () => number = steadyNow) {
    this.#local = local
  }

  /** Takes the time in a message that has just arrived. Something that is no time changes nothing. */
  observe(now: string): void {
    const server = Date.parse(now)
    if (Number.isNaN(server)) return
    this.#offsets.push(server - this.#local())
    if (this.#offsets.length > kept) this.#offsets.shift()
    this.#offset = Math.max(...this.#offsets)
  }

  /** Forgets what was measured: after a reconnect the old values may come from before a suspend. */
  reset(): void {
    this.#offsets = []
  }

  now(): number {
    return this.#local() + this.#offset
  }
}
