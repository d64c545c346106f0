import { ServerClock } from './clock.ts'
import { type Link, LiveClient, type LiveOptions, type Told } from './live.ts'
import { MediaClient, type MediaOptions, type MediaState, mediaOff } from './media.ts'
import type { SoundLock } from './tab.ts'
import type { Action, AgentView, CallView, Command, Mode, Result, TicketRef } from './view.ts'

/** A command under way, and what it was about. */
export interface Pending {
  action: Action
  call: string
  mode: Mode | null
}

/** A command that the server refused. Serial tells two equal refusals apart. */
export interface Refusal {
  action: Action
  code: string
  serial: number
}

/** Everything a screen needs to know about the phone. A new object with every change. */
export interface DeskState {
  link: Link
  /** The first snapshot has come. */
  synced: boolean
  /** Null before the first snapshot and for a user without a phone. */
  view: AgentView | null
  media: MediaState
  /** This page signed in, and the server has not shown it yet. */
  signingIn: boolean
  pending: readonly Pending[]
  refusal: Refusal | null
  /** The ticket of the call that is on or was last. */
  ticket: TicketRef | null
  /** The last call that was connected, kept for what is said after it. */
  lastCall: CallView | null
}

export interface DeskOptions {
  live: Omit<LiveOptions, 'onTold' | 'onLink' | 'onRefused'>
  media: Omit<MediaOptions, 'onState'>
  lock: SoundLock
  /** Remembers across a reload that this very page had the sound. */
  memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  clock?: ServerClock
  onTicket: (ticket: TicketRef) => void
  onRefused: () => void
}

const hereKey = 'bellhop.sound.here'
/** The page that has the sound may lose its line for a moment; only after this long may another one take over by itself. */
const takeOverMs = 5_000

/** An agent's phone in the browser: the line to the server, the audio, and what the agent asked for. The server is the truth. */
export class Desk {
  readonly clock: ServerClock
  readonly #options: DeskOptions
  readonly #live: LiveClient
  readonly #media: MediaClient
  readonly #listeners = new Set<() => void>()
  #leaving = false
  #serial = 0
  #takeOver: ReturnType<typeof setTimeout> | undefined
  #state: DeskState = {
    link: { phase: 'connecting', lostAt: null, retryAt: null },
    synced: false,
    view: null,
    media: mediaOff,
    signingIn: false,
    pending: [],
    refusal: null,
    ticket: null,
    lastCall: null,
  }

  constructor(options: DeskOptions) {
    this.#options = options
    this.clock = options.clock ?? new ServerClock()
    this.#live = new LiveClient({
      ...options.live,
      onTold: (message) => this.#told(message),
      onLink: (link) => this.#set({ link }),
      onRefused: options.onRefused,
    })
    this.#media = new MediaClient({ ...options.media, onState: (media) => this.#mediaChanged(media) })
  }

  start(): void {
    this.#live.start()
  }

  stop(): void {
    clearTimeout(this.#takeOver)
    this.#live.stop()
    this.#media.stop()
    this.#options.lock.release()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): DeskState => this.#state

  /** CTI 로그인, and 여기서 듣기: asks for the microphone and connects the audio of this page. */
  async signIn(): Promise<void> {
    this.#leaving = false
    this.#set({ signingIn: true, refusal: null })
    const heard = await this.#media.start()
    if (!heard) return this.#set({ signingIn: false })
    void this.#options.lock.take(true)
    this.#options.memory.setItem(hereKey, '1')
  }

  /** CTI 로그아웃. Also gives up a sign-in that does not get through. */
  async signOut(): Promise<boolean> {
    if (this.#state.view?.presence === 'signed_out') {
      this.#silence()
      void this.#command({ action: 'sign_out' }, true)
      return true
    }
    this.#leaving = true
    const result = await this.#command({ action: 'sign_out' })
    this.#leaving = false
    if (result.ok) this.#silence()
    return result.ok
  }

  choose(mode: Mode): Promise<Result> {
    return this.#command({ action: 'set_presence', presence: mode.presence, kind: mode.kind })
  }

  dismiss(): Promise<Result> {
    return this.#command({ action: 'dismiss' })
  }

  /** 전화받기, 취소 or 끊기, for the call on the screen. */
  act(action: 'accept' | 'decline' | 'hang_up'): void {
    const call = this.#state.view?.call
    if (!call || this.#state.pending.some((p) => p.call === call.id)) return
    void this.#command({ action, call: call.id, version: call.version })
  }

  mute(muted: boolean): void {
    this.#media.mute(muted)
  }

  retryLink(): void {
    this.#live.retryNow()
  }

  retryMedia(): void {
    if (this.#media.state.phase === 'off') void this.signIn()
    else this.#media.retryNow()
  }

  async #command(command: Command, quiet = false): Promise<Result> {
    const mode = command.presence ? { presence: command.presence, kind: command.kind ?? '' } : null
    const pending: Pending = { action: command.action, call: command.call ?? '', mode }
    this.#set({ pending: [...this.#state.pending, pending], refusal: null })
    const result = await this.#live.send(command)
    this.#set({ pending: this.#state.pending.filter((p) => p !== pending) })
    // too_late is the new state, which is on the screen already.
    if (!result.ok && result.code !== 'too_late' && !quiet) {
      this.#set({ refusal: { action: command.action, code: result.code, serial: ++this.#serial } })
    }
    return result
  }

  #told(message: Told): void {
    if (message.type === 'snapshot') this.clock.reset()
    this.clock.observe(message.now)
    switch (message.type) {
      case 'snapshot':
        this.#set({ synced: true })
        this.#saw(message.phone)
        if (message.ticket) this.#opened(message.ticket)
        return
      case 'phone':
        return this.#saw(message.phone)
      case 'ticket_opened':
        return this.#opened(message.ticket)
    }
  }

  #saw(view: AgentView | null): void {
    const before = this.#state.view
    const talking = view?.call?.phase === 'talking' ? view.call : null
    const change: Partial<DeskState> = { view }
    if (talking) change.lastCall = talking
    if (view && view.presence !== 'signed_out') change.signingIn = false
    if (talking && before?.call?.id !== talking.id && this.#state.ticket?.call !== talking.id) change.ticket = null
    this.#set(change)
    if (before?.call && !view?.call && this.#state.media.muted) this.#media.mute(false)
    if (!view) return
    if (view.presence === 'signed_out') {
      if (before && before.presence !== 'signed_out') this.#silence()
    } else {
      void this.#resume(view)
    }
  }

  /** Connects the audio without a click: this page was reloaded, or the page that had the sound is gone. */
  async #resume(view: AgentView): Promise<void> {
    const { media, signingIn } = this.#state
    clearTimeout(this.#takeOver)
    if (!['off', 'elsewhere'].includes(media.phase) || media.problem || this.#leaving || signingIn) return
    const reloaded = media.phase === 'off' && this.#options.memory.getItem(hereKey) === '1'
    if (!reloaded) {
      this.#elsewhere()
      if (!view.phone_up) this.#takeOver = setTimeout(() => void this.#take(), takeOverMs)
      return
    }
    await this.#take()
  }

  async #take(): Promise<void> {
    const taken = await this.#options.lock.take(false)
    const { view } = this.#state
    if (!view || view.presence === 'signed_out') return this.#options.lock.release()
    if (!taken) {
      this.#elsewhere()
      clearTimeout(this.#takeOver)
      if (!view.phone_up) this.#takeOver = setTimeout(() => void this.#take(), takeOverMs)
      return
    }
    this.#options.memory.setItem(hereKey, '1')
    await this.#media.start()
  }

  #elsewhere(): void {
    if (this.#state.media.phase === 'off') this.#set({ media: { ...mediaOff, phase: 'elsewhere' } })
  }

  #opened(ticket: TicketRef): void {
    this.#set({ ticket })
    this.#options.onTicket(ticket)
  }

  #mediaChanged(media: MediaState): void {
    this.#set({ media })
    if (media.phase === 'elsewhere' || (media.phase === 'off' && media.problem !== null)) {
      this.#options.memory.removeItem(hereKey)
      this.#options.lock.release()
      if (this.#state.signingIn) this.#set({ signingIn: false })
    }
  }

  #silence(): void {
    this.#set({ signingIn: false })
    this.#options.memory.removeItem(hereKey)
    this.#media.stop()
    this.#options.lock.release()
  }

  #set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
