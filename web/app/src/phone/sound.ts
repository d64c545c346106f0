import { MediaClient, type MediaOptions, type MediaState } from './media.ts'
import type { SoundLock } from './tab.ts'
import type { AgentView } from './view.ts'

type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export interface SoundOptions {
  media: Omit<MediaOptions, 'onState' | 'memory'>
  lock: SoundLock
  /** Remembers across a reload that this very page had the sound. */
  memory: Memory
  /** Remembers for every page of this browser that one of them had it. */
  shared: Memory
  onState: (media: MediaState) => void
}

const hereKey = 'bellhop.sound.here'
const browserKey = 'bellhop.sound.browser'
/** A page whose turn it is waits this long: the one before may only be reloading, and then claims its sound back. */
const graceMs = 400

/**
 * Decides which page of the agent has the sound. One page of a browser has it; another one follows when that page is
 * gone. A page of another computer has it only when it is asked to.
 */
export class SoundKeeper {
  readonly media: MediaClient
  readonly #options: SoundOptions
  #view: AgentView | null = null
  #deciding = false
  #queued = false
  #asked = false
  #grace: ReturnType<typeof setTimeout> | undefined

  constructor(options: SoundOptions) {
    this.#options = options
    this.media = new MediaClient({
      ...options.media,
      memory: options.shared,
      onState: (media) => this.#changed(media),
    })
    options.lock.onClaim = () => this.#claimed()
  }

  /** CTI 로그인 and 여기서 듣기. False means that there is no microphone. */
  async here(takeOver: boolean): Promise<boolean> {
    this.#asked = true
    this.#stopWaiting()
    const heard = await this.media.start(takeOver)
    if (!heard) return false
    void this.#options.lock.take(true)
    this.#remember()
    return true
  }

  /** The server's view of a signed-in agent: connects the audio without a click where this page should have it. */
  async saw(view: AgentView): Promise<void> {
    this.#view = view
    if (!this.#idle() || this.#deciding || this.media.state.problem) return
    if (this.#queued) return
    this.#deciding = true
    const reloaded = this.media.state.phase === 'off' && this.#options.memory.getItem(hereKey) === '1'
    const taken = reloaded && (await this.#options.lock.take(false))
    this.#deciding = false
    if (!this.#view || !this.#idle()) return
    if (taken) return this.#start()
    this.#follow()
  }

  /** CTI 로그아웃. */
  silence(): void {
    this.#view = null
    this.#asked = false
    this.#stopWaiting()
    this.#options.memory.removeItem(hereKey)
    this.#options.shared.removeItem(browserKey)
    this.media.stop()
    this.#options.lock.release()
  }

  /** The page goes. */
  stop(): void {
    this.#stopWaiting()
    this.media.stop()
    this.#options.lock.release()
  }

  #idle(): boolean {
    return this.media.state.phase === 'off' || this.media.state.phase === 'elsewhere'
  }

  #follow(): void {
    if (this.media.state.phase === 'off') this.media.away(null)
    if (this.#queued) return
    this.#queued = true
    this.#options.lock.succeed(() => this.#turn())
  }

  /** The page that had the sound is gone. */
  #turn(): void {
    clearTimeout(this.#grace)
    this.#grace = setTimeout(() => void this.#mayReturn(), graceMs)
  }

  /** The sound comes back by itself only to the browser that had it. */
  async #mayReturn(): Promise<void> {
    if (!this.#view || !this.#idle() || this.#options.shared.getItem(browserKey) !== '1') return
    await this.#start()
  }

  async #start(): Promise<void> {
    this.#asked = false
    this.#queued = false
    this.#remember()
    await this.media.start(false)
  }

  #claimed(): void {
    if (!this.#idle()) return
    this.#options.lock.release()
    if (!this.#queued) return
    this.#stopWaiting()
    this.#queued = true
    this.#options.lock.succeed(() => this.#turn())
  }

  #changed(media: MediaState): void {
    this.#options.onState(media)
    if (media.phase === 'elsewhere' && media.away && !this.#queued) void this.#lost(media)
    if (media.phase === 'off' && media.problem !== null) {
      this.#options.memory.removeItem(hereKey)
      this.#options.lock.release()
    }
  }

  /** Another page has taken the sound: one of this browser will give it back when it closes, another computer will not. */
  async #lost({ away }: MediaState): Promise<void> {
    this.#options.memory.removeItem(hereKey)
    this.#queued = true
    const tab = away?.why === 'replaced' && (await this.#options.lock.others())
    if (this.media.state.phase !== 'elsewhere') return
    if (!tab) this.#options.shared.removeItem(browserKey)
    if (away) this.media.away({ ...away, by: tab ? 'tab' : 'computer', asked: this.#asked })
    this.#asked = false
    this.#options.lock.release()
    this.#options.lock.succeed(() => this.#turn())
  }

  #remember(): void {
    this.#options.memory.setItem(hereKey, '1')
    this.#options.shared.setItem(browserKey, '1')
  }

  #stopWaiting(): void {
    clearTimeout(this.#grace)
    this.#queued = false
  }
}
