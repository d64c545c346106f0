import type { Desk } from '../phone/desk.ts'
import type { CallView } from '../phone/view.ts'
import { type Grade, type OneWay, QualityRules } from './rules.ts'
import { between, type FromServer, type Reading, read } from './sampler.ts'
import { type Summary, Summing } from './summary.ts'

export interface QualityState {
  grade: Grade
  oneWay: OneWay | null
  mos: number
  jitterMs: number
  rttMs: number
  loss: number
}

/** Often enough that one-way sound is told within five seconds, also on a busy computer. */
const everyMs = 750
/** What media said longer ago than this is not believed any more. */
const freshMs = 2_500
const talkingPhases: readonly CallView['phase'][] = ['talking', 'consulting', 'three_way']

/** Who is told of each stretch of a call that was measured in one go. */
export interface StretchListener {
  onStretch: (call: string, summary: Summary) => void
  /** The server's clock. */
  now: () => number
}

type Source = Pick<Desk, 'subscribe' | 'getState'>

/** Watches the sound of the call that is on. State is null without a call, or where the sound is elsewhere. */
export class QualityMonitor {
  readonly #desk: Source
  readonly #listeners = new Set<() => void>()
  #state: QualityState | null = null
  #line: ReturnType<Source['getState']>['media']['line'] = null
  #call = ''
  #rules = new QualityRules()
  #before: Reading | null = null
  #server: { said: FromServer; at: number } | null = null
  #timer: ReturnType<typeof setInterval> | undefined
  #unsubscribe: (() => void) | undefined
  #summing: Summing | null = null
  readonly #listener: StretchListener | undefined

  constructor(desk: Source, listener?: StretchListener) {
    this.#desk = desk
    this.#listener = listener
  }

  start(): void {
    this.#unsubscribe = this.#desk.subscribe(() => this.#follow())
    this.#follow()
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#forget()
  }

  /** What was measured so far is told now, say because the page goes. */
  cut(): void {
    const summary = this.#summing?.end()
    if (!summary || !this.#listener) return
    this.#listener.onStretch(this.#call, summary)
    this.#summing = new Summing(this.#listener.now())
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): QualityState | null => this.#state

  #follow(): void {
    const { view, media } = this.#desk.getState()
    const call = view?.call?.connected_at ? view.call.id : ''
    if (media.line === this.#line && call === this.#call) return
    this.#forget()
    this.#call = call
    this.#line = media.line
    if (!call || !this.#line) return
    if (this.#listener) this.#summing = new Summing(this.#listener.now())
    this.#line.listenQuality((said) => {
      this.#server = { said, at: Date.now() }
    })
    this.#timer = setInterval(() => void this.#sample(), everyMs)
  }

  #forget(): void {
    clearInterval(this.#timer)
    this.cut()
    this.#summing = null
    this.#line?.listenQuality(null)
    this.#line = null
    this.#call = ''
    this.#before = null
    this.#server = null
    this.#rules = new QualityRules()
    this.#set(null)
  }

  async #sample(): Promise<void> {
    const line = this.#line
    const now = line && read(await line.stats())
    if (!now || line !== this.#line) return
    const before = this.#before
    this.#before = now
    if (!before) return
    const { view, media } = this.#desk.getState()
    const track = media.microphone?.getAudioTracks()[0]
    const server = this.#server && Date.now() - this.#server.at < freshMs ? this.#server.said : null
    const sample = between(before, now, server, {
      muted: media.muted,
      trackMuted: track?.muted === true || track?.readyState === 'ended',
      talking: talkingPhases.includes(view?.call?.phase ?? 'parked'),
    })
    const verdict = this.#rules.take(sample)
    const { jitterMs, rttMs, loss } = sample
    this.#summing?.add({ ms: Math.max(0, now.at - before.at), loss, jitterMs, rttMs, oneWay: verdict.oneWay })
    this.#set({ ...verdict, jitterMs, rttMs, loss })
  }

  #set(state: QualityState | null): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
