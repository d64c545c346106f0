import type { Roster } from './view.ts'

/** Who can be reached inside, followed only while somebody looks. */
export class RosterFeed {
  readonly #follow: (on: boolean) => void
  readonly #listeners = new Set<() => void>()
  #roster: Roster | null = null

  constructor(follow: (on: boolean) => void) {
    this.#follow = follow
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#follow(true)
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#follow(false)
      this.#roster = null
    }
  }

  /** The roster as it was last told, or null before the first. */
  readonly get = (): Roster | null => this.#roster

  told(roster: Roster): void {
    if (this.#listeners.size === 0) return
    this.#roster = { agents: roster.agents, queues: roster.queues }
    for (const listener of this.#listeners) listener()
  }
}
