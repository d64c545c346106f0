import type { Memory } from './shelf.ts'

/** A browser's storage, for tests. */
export class FakeStorage implements Memory {
  readonly items = new Map<string, string>()
  full = false

  get length(): number {
    return this.items.size
  }

  key(n: number): string | null {
    return [...this.items.keys()][n] ?? null
  }

  getItem(name: string): string | null {
    return this.items.get(name) ?? null
  }

  setItem(name: string, value: string): void {
    if (this.full) throw new DOMException('full', 'QuotaExceededError')
    this.items.set(name, value)
  }

  removeItem(name: string): void {
    this.items.delete(name)
  }
}
