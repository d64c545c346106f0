// What a page shows after a load or an answer of the server is waited for longer than vitest does by itself.
import { expect } from 'vitest'

export function soon<T>(look: () => T, options: { timeout?: number; interval?: number } = {}) {
  return expect.poll(look, { timeout: 10_000, interval: 50, ...options })
}
