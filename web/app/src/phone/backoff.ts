/** Options of a Backoff, in milliseconds. */
export interface BackoffOptions {
  first: number
  max: number
  random?: () => number
}

/** Growing pauses between attempts, each cut by up to a half at random so that a thousand pages do not come back at once. */
export class Backoff {
  #attempts = 0
  readonly #options: Required<BackoffOptions>

  constructor(options: BackoffOptions) {
    this.#options = { random: Math.random, ...options }
  }

  get attempts(): number {
    return this.#attempts
  }

  /** The pause before the next attempt, in milliseconds. */
  next(): number {
    const { first, max, random } = this.#options
    const whole = Math.min(max, first * 2 ** this.#attempts)
    this.#attempts++
    return Math.round(whole * (0.5 + random() / 2))
  }

  reset(): void {
    this.#attempts = 0
  }
}
