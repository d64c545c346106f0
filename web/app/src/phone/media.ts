import { Backoff } from './backoff.ts'
import { AudioLine, type Grant, type LineOptions } from './line.ts'
import { MicrophoneError, type MicrophoneProblem } from './microphone.ts'

/** off: not wanted; asking: the browser asks for the microphone; elsewhere: another page of this agent has the sound. */
export type MediaPhase = 'off' | 'asking' | 'connecting' | 'up' | 'lost' | 'elsewhere'
/** blocked: media answers, but no sound goes through to it. */
export type MediaProblem = MicrophoneProblem | 'no_phone' | 'signed_out' | 'unreachable' | 'blocked'

/** Why another page has the sound. */
export interface Away {
  /** It took the sound from this page, or would not give it without being asked. */
  why: 'replaced' | 'in_use'
  /** Since when the other one has it, where the server says so. */
  since: string
  by: 'tab' | 'computer'
  /** The agent has just asked for the sound here. */
  asked: boolean
}

/** The state of this page's audio. Times are local milliseconds. */
export interface MediaState {
  phase: MediaPhase
  problem: MediaProblem | null
  lostAt: number | null
  retryAt: number | null
  /** The microphone's name, once the browser tells it. */
  device: string
  muted: boolean
  microphone: MediaStream | null
  sound: MediaStream | null
  /** The line to media while it is up. */
  line: Pick<AudioLine, 'stats' | 'echo' | 'listenQuality' | 'replaceMicrophone'> | null
  /** The microphone went away in use, and another one took its place ('' is none). */
  swap: { from: string; to: string } | null
  /** While elsewhere, and known. */
  away: Away | null
}

export const mediaOff: MediaState = {
  phase: 'off',
  problem: null,
  lostAt: null,
  retryAt: null,
  device: '',
  muted: false,
  microphone: null,
  sound: null,
  line: null,
  swap: null,
  away: null,
}

export interface MediaOptions extends Pick<LineOptions, 'createPeer' | 'openSocket'> {
  /** Asks serve for a connection. With takeOver also where another computer has the sound; resume is the session before. */
  grant: (takeOver: boolean, resume: string | null) => Promise<Grant>
  openMicrophone: () => Promise<MediaStream>
  /** Keeps the name of the browser's media session for the next page or tab. */
  memory?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  onState: (state: MediaState) => void
  /** Tells of changes of the computer's network until the function it returns is called. */
  onNetworkChange?: (listener: () => void) => () => void
  now?: () => number
  random?: () => number
}

/** Reasons after which a new attempt would be against the agent's will, and what they mean. */
const final: Record<string, Partial<MediaState>> = {
  replaced: { phase: 'elsewhere', away: { why: 'replaced', since: '', by: 'tab', asked: false } },
  in_use: { phase: 'elsewhere', away: { why: 'in_use', since: '', by: 'computer', asked: false } },
  closed: { phase: 'off' }, // CTI 로그아웃
  no_phone: { phase: 'off', problem: 'no_phone' },
  not_signed_in: { phase: 'off', problem: 'signed_out' },
}

/** These get better without the agent's doing: a headset is plugged in, another program lets go of it. */
const passing: readonly MicrophoneProblem[] = ['no_microphone', 'microphone_busy']

const sessionKey = 'bellhop.sound.session'
const noMemory = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }

/** The page's audio, kept up from CTI 로그인 to CTI 로그아웃. A lost line is replaced by a new one with a new token. */
export class MediaClient {
  readonly #options: Required<MediaOptions>
  readonly #backoff: Backoff
  #state: MediaState = mediaOff
  #line: AudioLine | null = null
  #takeOver = false
  #watch: (() => void) | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  /** Rises whenever what is under way has become pointless. */
  #turn = 0

  constructor(options: MediaOptions) {
    this.#options = {
      now: Date.now,
      random: Math.random,
      memory: noMemory,
      onNetworkChange: () => () => undefined,
      ...options,
    }
    const { random } = this.#options
    this.#backoff = new Backoff({ first: 400, quickMax: 1_500, quickFor: 20_000, max: 8_000, random })
  }

  get state(): MediaState {
    return this.#state
  }

  /** Asks for the microphone and connects. Resolves when the microphone was given or refused. */
  async start(takeOver = false): Promise<boolean> {
    if (!['off', 'elsewhere'].includes(this.#state.phase)) return true
    this.#takeOver = takeOver
    this.#backoff.reset()
    return this.#attempt('off')
  }

  stop(): void {
    this.#turn++
    clearTimeout(this.#retry)
    this.#watch?.()
    this.#watch = null
    this.#closeLine()
    this.#releaseMicrophone()
    this.#state = mediaOff
    this.#options.onState(this.#state)
  }

  /** Another page has the sound. */
  away(away: Away | null): void {
    this.#set({ phase: 'elsewhere', away })
  }

  /** Tries at once, after the agent has mended something. */
  retryNow(): void {
    if (this.#state.phase !== 'lost') return
    clearTimeout(this.#retry)
    void this.#attempt('lost')
  }

  /** The computer's network has changed: the line looks for another way, and one that is lost is tried at once. */
  networkChanged(): void {
    if (this.#state.phase === 'up') this.#line?.restart()
    else this.retryNow()
  }

  /** Connects anew although the line seems to be up: 소리 다시 연결. */
  reconnect(): void {
    if (this.#state.phase !== 'up') return this.retryNow()
    this.#closeLine()
    this.#set({ phase: 'lost', lostAt: this.#now() })
    void this.#attempt('lost')
  }

  /** Takes the sound out of the microphone, or lets it in again. */
  setMuted(muted: boolean): void {
    this.#set({ muted })
    this.#applyMute()
  }

  /** Goes on with the microphone that is chosen now. */
  async changeMicrophone(): Promise<void> {
    const before = this.#state.microphone
    if (!before) return
    const microphone = await this.#options.openMicrophone().catch(() => null)
    if (!microphone || this.#state.microphone !== before) return stopTracks(microphone)
    this.#take(microphone)
    await this.#line?.replaceMicrophone(microphone)
    stopTracks(before)
    this.#set({ swap: null })
  }

  /** The browser's microphones have changed: notices one that went without a word. Empty ids say nothing. */
  microphonesChanged(ids: readonly string[]): void {
    const id = this.#state.microphone?.getAudioTracks()[0]?.getSettings().deviceId
    if (id && ids.some((known) => known !== '') && !ids.includes(id)) void this.#microphoneGone()
  }

  /** The agent has read that the microphone was changed. */
  forgetSwap(): void {
    this.#set({ swap: null })
  }

  async #attempt(fallback: 'off' | 'lost'): Promise<boolean> {
    const turn = ++this.#turn
    this.#watch ??= this.#options.onNetworkChange(() => this.networkChanged())
    try {
      await this.#ensureMicrophone(fallback)
    } catch (error) {
      if (turn === this.#turn) this.#withoutMicrophone(error, fallback)
      return false
    }
    if (turn !== this.#turn) {
      if (this.#state.phase === 'off') this.#releaseMicrophone()
      return false
    }
    const problem = this.#state.problem === 'blocked' ? 'blocked' : null // until it is known to be otherwise
    this.#set({ phase: fallback === 'lost' ? 'lost' : 'connecting', problem, retryAt: null })
    this.#connect()
    return true
  }

  async #ensureMicrophone(fallback: 'off' | 'lost'): Promise<void> {
    if (this.#state.microphone?.getAudioTracks().some((track) => track.readyState === 'live')) return
    if (fallback === 'off') this.#set({ phase: 'asking', problem: null })
    this.#take(await this.#options.openMicrophone())
  }

  #take(microphone: MediaStream): void {
    const track = microphone.getAudioTracks()[0]
    if (track) track.onended = () => void this.#microphoneGone()
    this.#set({ microphone, device: track?.label ?? '' })
    this.#applyMute()
  }

  #withoutMicrophone(error: unknown, fallback: 'off' | 'lost'): void {
    const problem = error instanceof MicrophoneError ? error.problem : 'unsupported'
    this.#releaseMicrophone()
    this.#closeLine()
    this.#set({ phase: fallback, problem, lostAt: fallback === 'lost' ? (this.#state.lostAt ?? this.#now()) : null })
    if (fallback === 'lost' && (passing as readonly string[]).includes(problem)) this.#retryLater()
  }

  /** The headset was pulled out: go on with another microphone, or say so. */
  async #microphoneGone(): Promise<void> {
    const from = this.#state.device
    this.#releaseMicrophone()
    try {
      await this.#ensureMicrophone('lost')
      if (this.#state.microphone) await this.#line?.replaceMicrophone(this.#state.microphone)
      this.#set({ swap: { from, to: this.#state.device } })
    } catch (error) {
      this.#withoutMicrophone(error, 'lost')
      this.#set({ swap: { from, to: '' } })
    }
  }

  #connect(): void {
    const microphone = this.#state.microphone
    if (!microphone) return
    this.#line?.close()
    const takeOver = this.#takeOver
    this.#takeOver = false
    const line = new AudioLine({
      ...this.#options,
      grant: () => this.#grant(takeOver),
      microphone,
      onSound: (sound) => this.#set({ sound }),
      onUp: () => this.#up(line),
      onDown: (reason, since) => this.#down(reason, since),
    })
    this.#line = line
    void line.open()
  }

  async #grant(takeOver: boolean): Promise<Grant> {
    const grant = await this.#options.grant(takeOver, this.#options.memory.getItem(sessionKey))
    this.#options.memory.setItem(sessionKey, grant.session)
    return grant
  }

  #up(line: AudioLine): void {
    this.#backoff.reset()
    this.#set({ phase: 'up', problem: null, lostAt: null, retryAt: null, line, away: null })
  }

  #down(reason: string, since: string): void {
    this.#line = null
    const end = final[reason]
    if (end) {
      this.stop()
      this.#set(end.away ? { ...end, away: { ...end.away, since } } : end)
      return
    }
    const problem = reason === 'blocked' ? 'blocked' : null
    this.#set({ phase: 'lost', line: null, problem, lostAt: this.#state.lostAt ?? this.#now() })
    this.#retryLater()
  }

  #retryLater(): void {
    const pause = this.#backoff.next()
    this.#set({ retryAt: this.#now() + pause })
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#attempt('lost'), pause)
  }

  #applyMute(): void {
    for (const track of this.#state.microphone?.getAudioTracks() ?? []) track.enabled = !this.#state.muted
  }

  #releaseMicrophone(): void {
    stopTracks(this.#state.microphone)
    this.#set({ microphone: null, device: '' })
  }

  #closeLine(): void {
    this.#line?.close()
    this.#line = null
    this.#set({ line: null })
  }

  #now(): number {
    return this.#options.now()
  }

  #set(change: Partial<MediaState>): void {
    this.#state = { ...this.#state, ...change }
    this.#options.onState(this.#state)
  }
}

function stopTracks(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) {
    track.onended = null
    track.stop()
  }
}
