/** Options of a Backoff, in milliseconds. */
export interface BackoffOptions {
  first: number
  max: number
  /** While the pauses together are shorter than this, none is longer than quickMax: what was restarted is back in seconds. */
  quickFor?: number
  quickMax?: number
  random?: () => number
}

/** Growing pauses between attempts, each cut by up to a half at random so that a thousand pages do not come back at once. */
export class Backoff {
  #attempts = 0
  #waited = 0
  readonly #options: Required<BackoffOptions>

  constructor(options: BackoffOptions) {
    this.#options = { random: Math.random, quickFor: 0, quickMax: options.max, ...options }
  }

  get attempts(): number {
    return this.#attempts
  }

  /** The pause before the next attempt, in milliseconds. */
  next(): number {
    const { first, max, quickFor, quickMax, random } = this.#options
    const longest = this.#waited < quickFor ? quickMax : max
    const whole = Math.min(longest, first * 2 ** this.#attempts)
    this.#attempts++
    const pause = Math.round(whole * (0.5 + random() / 2))
    this.#waited += pause
    return pause
  }

  reset(): void {
    this.#attempts = 0
    this.#waited = 0
  }
}
