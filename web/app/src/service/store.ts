/** A service of the agent's, as the session names it. */
export interface Service {
  id: string
  name: string
}

interface Options {
  user: string
  services: readonly Service[]
  /** This tab's memory, and that of the whole browser, from which a new tab begins. */
  tab: Pick<Storage, 'getItem' | 'setItem'>
  browser: Pick<Storage, 'getItem' | 'setItem'>
}

export interface Services {
  all: readonly Service[]
  /** The one the agent works in; null when he has none. */
  current: Service | null
}

/** The service in which this tab's agent works: he calls out in it. The server checks with every call that it is his. */
export class ServiceStore {
  readonly #options: Options
  readonly #key: string
  readonly #listeners = new Set<() => void>()
  #state: Services

  constructor(options: Options) {
    this.#options = options
    this.#key = `bellhop.service.${options.user}`
    this.#state = this.#of(options.services)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): Services => this.#state

  choose(id: string): void {
    const current = this.#state.all.find((service) => service.id === id)
    if (!current || current === this.#state.current) return
    this.#options.tab.setItem(this.#key, id)
    this.#options.browser.setItem(this.#key, id)
    this.#set({ ...this.#state, current })
  }

  /** The server has named them anew. The choice stays where it can. */
  update(services: readonly Service[]): void {
    const [before, after] = [JSON.stringify(this.#state.all), JSON.stringify(services)]
    if (before !== after) this.#set(this.#of(services))
  }

  #of(all: readonly Service[]): Services {
    const { tab, browser } = this.#options
    const remembered = tab.getItem(this.#key) ?? browser.getItem(this.#key)
    return { all, current: all.find((service) => service.id === remembered) ?? all[0] ?? null }
  }

  #set(state: Services): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
