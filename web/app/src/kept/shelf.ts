/** What a browser keeps for this site, as far as a shelf needs it. */
export type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export interface ShelfOptions<T> {
  memory: Memory
  /** What the names of its items begin with; no other may begin with it. */
  prefix: string
  /** How many items it holds. */
  most: number
  /** Reads an item that anybody may have changed; null is none. */
  parse: (value: unknown) => T | null
  /** How old an item is, for what has to go first. */
  age: (item: T) => number
  /** Told when another page of this browser changes something. */
  events?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
}

/** Items that outlive the page, by id, the same in all pages of a browser. */
export class Shelf<T> {
  readonly #options: ShelfOptions<T>
  readonly #listeners = new Set<() => void>()
  #version = 0

  constructor(options: ShelfOptions<T>) {
    this.#options = options
  }

  /** Calls back after every change, in this page or another. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const { events } = this.#options
    if (this.#listeners.size === 0) events?.addEventListener('storage', this.#elsewhere)
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) events?.removeEventListener('storage', this.#elsewhere)
    }
  }

  /** Another number after every change. */
  readonly version = (): number => this.#version

  get(id: string): T | null {
    const text = this.#options.memory.getItem(this.#options.prefix + id)
    if (text === null) return null
    try {
      return this.#options.parse(JSON.parse(text))
    } catch {
      return null
    }
  }

  /** Keeps an item; false when the browser does not, say because it is full. The oldest one makes room. */
  put(id: string, item: T): boolean {
    const { memory, prefix, most } = this.#options
    if (memory.getItem(prefix + id) === null) this.#makeRoom(most - 1)
    try {
      memory.setItem(prefix + id, JSON.stringify(item))
    } catch {
      return false
    }
    this.#changed()
    return true
  }

  remove(id: string): void {
    const { memory, prefix } = this.#options
    if (memory.getItem(prefix + id) === null) return
    memory.removeItem(prefix + id)
    this.#changed()
  }

  /** What can be read, the oldest first. */
  all(): [id: string, item: T][] {
    const items = this.#ids().flatMap((id): [string, T][] => {
      const item = this.get(id)
      return item === null ? [] : [[id, item]]
    })
    return items.sort(([, a], [, b]) => this.#options.age(a) - this.#options.age(b))
  }

  #ids(): string[] {
    const { memory, prefix } = this.#options
    const names = Array.from({ length: memory.length }, (_, n) => memory.key(n) ?? '')
    return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  }

  #makeRoom(left: number): void {
    const items = this.all()
    for (const [id] of items.slice(0, Math.max(0, items.length - left))) {
      this.#options.memory.removeItem(this.#options.prefix + id)
    }
  }

  readonly #elsewhere = (event: Event) => {
    const { key } = event as StorageEvent
    if (key === null || key.startsWith(this.#options.prefix)) this.#changed()
  }

  #changed(): void {
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}
