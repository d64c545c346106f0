import { Backoff } from './backoff.ts'
import { AudioLine, type LineOptions } from './line.ts'
import { MicrophoneError, type MicrophoneProblem } from './microphone.ts'

/** off: not wanted; asking: the browser asks for the microphone; elsewhere: another page of this agent has the sound. */
export type MediaPhase = 'off' | 'asking' | 'connecting' | 'up' | 'lost' | 'elsewhere'
export type MediaProblem = MicrophoneProblem | 'no_phone' | 'signed_out' | 'unreachable'

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
}

export interface MediaOptions extends Pick<LineOptions, 'grant' | 'createPeer' | 'openSocket'> {
  openMicrophone: () => Promise<MediaStream>
  onState: (state: MediaState) => void
  now?: () => number
  random?: () => number
}

/** Reasons after which a new attempt would be against the agent's will, and what they mean. */
const final: Record<string, Partial<MediaState>> = {
  replaced: { phase: 'elsewhere' },
  closed: { phase: 'off' }, // CTI 로그아웃
  no_phone: { phase: 'off', problem: 'no_phone' },
  not_signed_in: { phase: 'off', problem: 'signed_out' },
}

/** These get better without the agent's doing: a headset is plugged in, another program lets go of it. */
const passing: readonly MicrophoneProblem[] = ['no_microphone', 'microphone_busy']

/** The page's audio, kept up from CTI 로그인 to CTI 로그아웃. A lost line is replaced by a new one with a new token. */
export class MediaClient {
  readonly #options: Required<MediaOptions>
  readonly #backoff: Backoff
  #state: MediaState = mediaOff
  #line: AudioLine | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  /** Rises whenever what is under way has become pointless. */
  #turn = 0

  constructor(options: MediaOptions) {
    this.#options = { now: Date.now, random: Math.random, ...options }
    this.#backoff = new Backoff({ first: 400, max: 8_000, random: this.#options.random })
  }

  get state(): MediaState {
    return this.#state
  }

  /** Asks for the microphone and connects. Resolves when the microphone was given or refused. */
  async start(): Promise<boolean> {
    if (!['off', 'elsewhere'].includes(this.#state.phase)) return true
    this.#backoff.reset()
    return this.#attempt('off')
  }

  stop(): void {
    this.#turn++
    clearTimeout(this.#retry)
    this.#closeLine()
    this.#releaseMicrophone()
    this.#state = mediaOff
    this.#options.onState(this.#state)
  }

  /** Tries at once, after the agent has mended something. */
  retryNow(): void {
    if (this.#state.phase !== 'lost') return
    clearTimeout(this.#retry)
    void this.#attempt('lost')
  }

  mute(muted: boolean): void {
    this.#set({ muted })
    this.#applyMute()
  }

  async #attempt(fallback: 'off' | 'lost'): Promise<boolean> {
    const turn = ++this.#turn
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
    this.#set({ phase: fallback === 'lost' ? 'lost' : 'connecting', problem: null, retryAt: null })
    this.#connect()
    return true
  }

  async #ensureMicrophone(fallback: 'off' | 'lost'): Promise<void> {
    if (this.#state.microphone?.getAudioTracks().some((track) => track.readyState === 'live')) return
    if (fallback === 'off') this.#set({ phase: 'asking', problem: null })
    const microphone = await this.#options.openMicrophone()
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
    this.#releaseMicrophone()
    try {
      await this.#ensureMicrophone('lost')
      if (this.#state.microphone) await this.#line?.replaceMicrophone(this.#state.microphone)
    } catch (error) {
      this.#withoutMicrophone(error, 'lost')
    }
  }

  #connect(): void {
    const microphone = this.#state.microphone
    if (!microphone) return
    this.#line?.close()
    this.#line = new AudioLine({
      ...this.#options,
      microphone,
      onSound: (sound) => this.#set({ sound }),
      onUp: () => this.#up(),
      onDown: (reason) => this.#down(reason),
    })
    void this.#line.open()
  }

  #up(): void {
    this.#backoff.reset()
    this.#set({ phase: 'up', problem: null, lostAt: null, retryAt: null })
  }

  #down(reason: string): void {
    this.#line = null
    const end = final[reason]
    if (end) {
      this.stop()
      this.#set(end)
      return
    }
    this.#set({ phase: 'lost', problem: null, lostAt: this.#state.lostAt ?? this.#now() })
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
    for (const track of this.#state.microphone?.getTracks() ?? []) {
      track.onended = null
      track.stop()
    }
    this.#set({ microphone: null, device: '' })
  }

  #closeLine(): void {
    this.#line?.close()
    this.#line = null
  }

  #now(): number {
    return this.#options.now()
  }

  #set(change: Partial<MediaState>): void {
    this.#state = { ...this.#state, ...change }
    this.#options.onState(this.#state)
  }
}
