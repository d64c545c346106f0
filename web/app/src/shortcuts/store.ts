import {
  type Chord,
  type Conflict,
  conflictOf,
  type Keymap,
  type Preset,
  parseKeymap,
  presetMap,
  type ShortcutAction,
} from './keymap.ts'

const storageKey = 'bellhop.shortcuts'

/** The shortcuts of this browser, as the agent changed them, and what they do now. */
export class ShortcutStore {
  readonly #memory: Pick<Storage, 'getItem' | 'setItem'>
  readonly #listeners = new Set<() => void>()
  readonly #handlers = new Map<ShortcutAction, (() => void)[]>()
  #map: Keymap

  constructor(memory: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#memory = memory
    this.#map = parseKeymap(memory.getItem(storageKey))
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): Keymap => this.#map

  /** Gives an action other keys, or none. A chord that cannot be used changes nothing and is told. */
  change(action: ShortcutAction, chord: Chord | null): Conflict | null {
    const conflict = chord && conflictOf(this.#map, action, chord)
    if (!conflict) this.#set({ ...this.#map, chords: { ...this.#map.chords, [action]: chord } })
    return conflict
  }

  use(preset: Preset): void {
    this.#set({ ...presetMap(preset), on: this.#map.on })
  }

  switch(on: boolean): void {
    this.#set({ ...this.#map, on })
  }

  /** What an action does while the screen that asks for it is there; the newest screen wins. */
  handle(action: ShortcutAction, handler: () => void): () => void {
    this.#handlers.set(action, [...(this.#handlers.get(action) ?? []), handler])
    return () => {
      const left = (this.#handlers.get(action) ?? []).filter((other) => other !== handler)
      this.#handlers.set(action, left)
    }
  }

  /** Does it, if a screen can. */
  run(action: ShortcutAction): boolean {
    const handler = this.#handlers.get(action)?.at(-1)
    handler?.()
    return handler !== undefined
  }

  #set(map: Keymap): void {
    this.#map = map
    this.#memory.setItem(storageKey, JSON.stringify(map))
    for (const listener of this.#listeners) listener()
  }
}
