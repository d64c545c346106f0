import type { OneWay } from './rules.ts'

/** How a stretch of a call sounded: what the server is told of it (saveCallQuality). */
export interface Summary {
  started_at: string
  duration_ms: number
  loss: number
  jitter_ms: number
  jitter_max_ms: number
  rtt_ms: number
  rtt_max_ms: number
  no_incoming_ms: number
  no_outgoing_ms: number
  dead_microphone_ms: number
}

/** One moment between two looks at a line. */
export interface Moment {
  ms: number
  /** The share of packets lost, 0 to 1. */
  loss: number
  jitterMs: number
  rttMs: number
  oneWay: OneWay | null
}

/** The largest figure the server takes, in milliseconds. */
const worst = 60_000

/** Sums a stretch of a call up, moment by moment. Means are by time. */
export class Summing {
  readonly #startedAt: number
  #ms = 0
  #loss = 0
  #jitter = 0
  #rtt = 0
  #jitterMax = 0
  #rttMax = 0
  readonly #oneWay: Record<OneWay, number> = { no_incoming: 0, no_outgoing: 0, dead_microphone: 0 }

  /** By the server's clock. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  add({ ms, loss, jitterMs, rttMs, oneWay }: Moment): void {
    const [jitter, rtt] = [Math.min(worst, jitterMs), Math.min(worst, rttMs)]
    this.#ms += ms
    this.#loss += ms * Math.min(1, loss)
    this.#jitter += ms * jitter
    this.#rtt += ms * rtt
    this.#jitterMax = Math.max(this.#jitterMax, jitter)
    this.#rttMax = Math.max(this.#rttMax, rtt)
    if (oneWay) this.#oneWay[oneWay] += ms
  }

  /** Null when nothing was measured. */
  end(): Summary | null {
    const ms = this.#ms
    if (ms < 1) return null
    return {
      started_at: new Date(this.#startedAt).toISOString(),
      duration_ms: Math.round(ms),
      loss: Math.min(1, this.#loss / ms),
      jitter_ms: this.#jitter / ms,
      jitter_max_ms: this.#jitterMax,
      rtt_ms: this.#rtt / ms,
      rtt_max_ms: this.#rttMax,
      no_incoming_ms: Math.round(this.#oneWay.no_incoming),
      no_outgoing_ms: Math.round(this.#oneWay.no_outgoing),
      dead_microphone_ms: Math.round(this.#oneWay.dead_microphone),
    }
  }
}
