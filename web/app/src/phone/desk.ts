import { ServerClock } from './clock.ts'
import { KeySender } from './keys.ts'
import { type Link, LiveClient, type LiveOptions, type Told } from './live.ts'
import { type MediaOptions, type MediaState, mediaOff } from './media.ts'
import { RosterFeed } from './roster.ts'
import { SoundKeeper } from './sound.ts'
import type { SoundLock } from './tab.ts'
import type {
  Action,
  AgentView,
  CallAction,
  CallFields,
  CallView,
  Command,
  Mode,
  Result,
  Target,
  TicketRef,
} from './view.ts'

/** A command under way, and what it was about. */
export interface Pending {
  action: Action
  call: string
  mode: Mode | null
  /** For mute: off or on. */
  on?: boolean
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
  /** The last call that was made or taken, kept for what is said after it. */
  lastCall: CallView | null
  /** Whom the agent consulted or called inside last. */
  lastTarget: Target | null
}

export interface DeskOptions {
  live: Omit<LiveOptions, 'onTold' | 'onLink' | 'onRefused' | 'onSession'>
  media: Omit<MediaOptions, 'onState' | 'memory'>
  lock: SoundLock
  /** Remembers across a reload that this very page had the sound. */
  memory: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Remembers for every page of this browser that one of them had it. */
  shared: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  clock?: ServerClock
  onTicket: (ticket: TicketRef) => void
  onRefused: () => void
  /** Who is signed in, or what he may do, has changed. */
  onSession?: () => void
}

/** While one of these is under way, nothing else is asked for that call. */
const exclusive: readonly Action[] = ['accept', 'decline', 'hang_up', 'end_hostile']
/** The agent means these whatever else has just happened to the call: a stale version is asked again. */
const insistent: readonly CallAction[] = ['hang_up', 'end_hostile', 'mute', 'press_keys']
const attempts = 3

/** An agent's phone in the browser: the line to the server, the audio, and what the agent asked for. The server is the truth. */
export class Desk {
  readonly clock: ServerClock
  readonly roster: RosterFeed
  readonly #keys: KeySender
  readonly #options: DeskOptions
  readonly #live: LiveClient
  readonly #sound: SoundKeeper
  readonly #listeners = new Set<() => void>()
  #leaving = false
  #serial = 0
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
    lastTarget: null,
  }

  constructor(options: DeskOptions) {
    this.#options = options
    this.clock = options.clock ?? new ServerClock()
    this.#live = new LiveClient({
      ...options.live,
      onTold: (message) => this.#told(message),
      onLink: (link) => this.#set({ link }),
      onRefused: options.onRefused,
      onSession: () => options.onSession?.(),
    })
    this.#sound = new SoundKeeper({ ...options, onState: (media) => this.#mediaChanged(media) })
    this.roster = new RosterFeed((on) => (on ? this.#live.watch('roster') : this.#live.unwatch('roster')))
    this.#keys = new KeySender((keys) => this.#ask('press_keys', { keys }))
  }

  start(): void {
    this.#live.start()
  }

  stop(): void {
    this.#live.stop()
    this.#sound.stop()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): DeskState => this.#state

  /** CTI 로그인, and 여기서 듣기: asks for the microphone and connects the audio of this page. With takeOver also from another computer. */
  async signIn(takeOver = false): Promise<void> {
    this.#leaving = false
    this.#set({ signingIn: true, refusal: null })
    if (!(await this.#sound.here(takeOver))) this.#set({ signingIn: false })
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

  /** Forgets the state that was chosen for after the call. */
  clearNext(): Promise<Result> {
    return this.#command({ action: 'clear_next' })
  }

  dismiss(): Promise<Result> {
    return this.#command({ action: 'dismiss' })
  }

  /** 걸기. A refusal is for the window that asked. An empty caller id is 기본. */
  dial(to: string, callerId = '', service = ''): Promise<Result> {
    return this.#command({ action: 'dial', to, caller_id: callerId, service }, true)
  }

  /** Does something with the call on the screen; the same thing is not asked for twice. */
  act(action: Exclude<CallAction, 'mute' | 'press_keys' | 'consult' | 'transfer'>, fields: CallFields = {}): void {
    const { view, pending } = this.#state
    const call = view?.call
    const underWay = pending.filter((p) => p.call === call?.id)
    if (!call || underWay.some((p) => p.action === action || exclusive.includes(p.action))) return
    void this.#ask(action, fields)
  }

  /** 협의통화 or 바로전환. A refusal is for the window that asked. */
  handOver(action: 'consult' | 'transfer', to: string): Promise<Result> {
    return this.#ask(action, { to, caller_id: '' }, true)
  }

  /** 음소거. Silence is kept at once; sound comes back when the server says so. */
  mute(on: boolean): void {
    if (!this.#state.view?.call) return
    void this.#ask('mute', { on }).then(() => this.#applyMute())
    this.#applyMute()
  }

  /** A key of the telephone's keypad: 0-9, * or #. */
  pressKey(key: string): void {
    this.#keys.press(key)
  }

  /** The audio of this page. */
  get media(): SoundKeeper['media'] {
    return this.#sound.media
  }

  /** The network is back, or the agent does not want to wait. */
  retryLink(): void {
    this.#live.retryNow()
    this.media.retryNow()
  }

  retryMedia(): void {
    if (this.media.state.phase === 'off') void this.signIn()
    else this.media.retryNow()
  }

  /** Asks for something about the call on the screen, as the agent sees it. */
  async #ask(action: CallAction, fields: CallFields = {}, quiet = false): Promise<Result> {
    let version = this.#state.view?.call?.version ?? 0
    const call = this.#state.view?.call?.id ?? ''
    for (let attempt = 1; ; attempt++) {
      const result = await this.#command({ action, call, version, ...fields }, quiet)
      const moved = !result.ok && result.code === 'too_late' && insistent.includes(action)
      if (!moved || attempt === attempts || this.#state.view?.call?.id !== call) return result
      version = Number(result.params.version) || this.#state.view.call.version
    }
  }

  async #command(command: Command, quiet = false): Promise<Result> {
    const mode = command.presence ? { presence: command.presence, kind: command.kind ?? '' } : null
    const pending: Pending = { action: command.action, call: command.call ?? '', mode, on: command.on }
    this.#set({ pending: [...this.#state.pending, pending], refusal: null })
    const result = await this.#live.send(command)
    this.#set({ pending: this.#state.pending.filter((p) => p !== pending) })
    // too_late is the new state, which is on the screen already.
    if (!result.ok && result.code !== 'too_late' && !quiet) {
      this.#set({ refusal: { action: command.action, code: result.code, serial: ++this.#serial } })
    }
    return result
  }

  #applyMute(): void {
    const { view, pending, media } = this.#state
    const call = view?.call
    const asked = pending.some((p) => p.action === 'mute' && p.call === call?.id && p.on)
    const on = call !== undefined && call !== null && (call.muted || asked)
    if (on !== media.muted) this.media.setMuted(on)
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
      case 'roster':
        return this.roster.told(message)
      case 'ticket_opened':
        return this.#opened(message.ticket)
    }
  }

  #saw(view: AgentView | null): void {
    const before = this.#state.view
    const mine = view?.call && view.occupation !== 'offered' ? view.call : null
    const change: Partial<DeskState> = { view }
    if (mine) change.lastCall = mine
    if (mine?.target) change.lastTarget = mine.target
    if (view && view.presence !== 'signed_out') change.signingIn = false
    if (mine && before?.call?.id !== mine.id && this.#state.ticket?.call !== mine.id) change.ticket = null
    this.#set(change)
    if (before?.call && before.call.id !== view?.call?.id && this.#state.media.muted) this.media.setMuted(false)
    this.#applyMute()
    if (!view) return
    if (view.presence === 'signed_out') {
      if (before && before.presence !== 'signed_out') this.#silence()
    } else if (!this.#leaving && !this.#state.signingIn) {
      void this.#sound.saw(view)
    }
  }

  #opened(ticket: TicketRef): void {
    this.#set({ ticket })
    this.#options.onTicket(ticket)
  }

  #mediaChanged(media: MediaState): void {
    this.#set({ media })
    const ended = media.phase === 'elsewhere' || (media.phase === 'off' && media.problem !== null)
    if (ended && this.#state.signingIn) this.#set({ signingIn: false })
  }

  #silence(): void {
    this.#set({ signingIn: false })
    this.#sound.silence()
  }

  #set(change: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
