/** One page of an agent's browser has the sound. The lock goes when the page goes. */
export interface SoundLock {
  /** Takes the lock. With wait it queues behind the page that has it now; else false means that another page has it. */
  take(wait: boolean): Promise<boolean>
  release(): void
}

/** A SoundLock by the Web Locks API; where there is none, every page may have the sound. */
export class WebSoundLock implements SoundLock {
  readonly #name: string
  #release: (() => void) | null = null
  #waiting = false

  constructor(agent: string) {
    this.#name = `bellhop.sound:${agent}`
  }

  take(wait: boolean): Promise<boolean> {
    if (this.#release || !navigator.locks) return Promise.resolve(true)
    if (this.#waiting) return Promise.resolve(false)
    this.#waiting = wait
    return new Promise((resolve) => {
      navigator.locks
        .request(this.#name, { ifAvailable: !wait }, (lock) => {
          this.#waiting = false
          resolve(lock !== null)
          if (!lock) return undefined
          return new Promise<void>((done) => {
            this.#release = done
          })
        })
        .catch(() => resolve(true))
    })
  }

  release(): void {
    this.#release?.()
    this.#release = null
  }
}
