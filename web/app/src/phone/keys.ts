import type { Result } from './view.ts'

/** How many keys one command may carry. */
const most = 32
/** Keys pressed faster than they can be sent are kept up to this many; nobody types that far ahead. */
const kept = 64

export const telephoneKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

/** Whether a typed character is on a telephone's keypad. */
export function isTelephoneKey(key: string): boolean {
  return (telephoneKeys as readonly string[]).includes(key)
}

/** Sends pressed keys in order, one command at a time: what is pressed meanwhile goes together with the next. */
export class KeySender {
  readonly #send: (keys: string) => Promise<Result>
  #waiting = ''
  #busy = false

  constructor(send: (keys: string) => Promise<Result>) {
    this.#send = send
  }

  press(key: string): void {
    if (!isTelephoneKey(key)) return
    this.#waiting = (this.#waiting + key).slice(0, kept)
    if (!this.#busy) void this.#drain()
  }

  async #drain(): Promise<void> {
    this.#busy = true
    while (this.#waiting !== '') {
      const keys = this.#waiting.slice(0, most)
      this.#waiting = this.#waiting.slice(most)
      const result = await this.#send(keys)
      if (!result.ok) this.#waiting = ''
    }
    this.#busy = false
  }
}
