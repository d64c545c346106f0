/** How a call sounds. lost: one of the two hears nothing. */
export type Grade = 'good' | 'fair' | 'bad' | 'lost'

/** Why one of the two hears nothing. */
export type OneWay = 'no_incoming' | 'no_outgoing' | 'dead_microphone'

/** A moment of a call (Monitor says how long), as the browser and media measured it. */
export interface Sample {
  jitterMs: number
  rttMs: number
  /** The share of packets lost, 0 to 1. */
  loss: number
  /** Packets that came from and went to the other side in this moment. */
  received: number
  sent: number
  /** Whether media hears this page; null where it did not say. */
  heard: boolean | null
  /** The microphone's energy in this moment; null where the browser does not tell. */
  energy: number | null
  /** The browser or the system keeps the microphone silent. */
  trackMuted: boolean
  /** The agent has muted himself. */
  muted: boolean
  /** Somebody should be heard: nobody is on hold and nobody is still ringing. */
  talking: boolean
}

export interface Verdict {
  grade: Grade
  mos: number
  oneWay: OneWay | null
}

const kept = 5
const enough = 3

/** The opinion score (1 to 4.5) of the E-model (ITU-T G.107), from the delay there and back, the jitter and the loss. */
export function meanOpinion(rttMs: number, jitterMs: number, loss: number): number {
  const latency = rttMs + jitterMs * 2 + 10
  const delayed = latency < 160 ? 94.768 - latency / 40 : latency < 1000 ? 94.768 - (latency - 120) / 10 : 0
  const percent = loss * 100
  const r = percent <= delayed / 2.5 ? Math.max(delayed - percent * 2.5, 6.52) : 0
  return 1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r)
}

/** The grade of one sample by itself. */
export function gradeOf(sample: Pick<Sample, 'jitterMs' | 'rttMs' | 'loss'>): Exclude<Grade, 'lost'> {
  const { jitterMs, rttMs, loss } = sample
  if (meanOpinion(rttMs, jitterMs, loss) < 3 || loss > 0.05) return 'bad'
  return jitterMs > 30 || rttMs > 400 || loss > 0.01 ? 'fair' : 'good'
}

/** How many samples on end tell it. Media says heard: false only after two silent seconds of its own. */
const oneWays: Record<OneWay, { samples: number; is: (sample: Sample) => boolean }> = {
  no_incoming: { samples: 3, is: (s) => s.received === 0 },
  dead_microphone: { samples: 3, is: (s) => !s.muted && (s.trackMuted || s.energy === 0) },
  no_outgoing: { samples: 2, is: (s) => !s.muted && (s.sent === 0 || s.heard === false) },
}

/**
 * Judges a call sample by sample. Three of the last five must agree before the grade falls, and all five before it
 * rises; one-way sound must last for two or three on end.
 */
export class QualityRules {
  #samples: Sample[] = []
  #grade: Exclude<Grade, 'lost'> = 'good'
  #oneWay: OneWay | null = null

  take(sample: Sample): Verdict {
    this.#samples = [...this.#samples, sample].slice(-kept)
    this.#judgeGrade()
    this.#judgeOneWay()
    const { rttMs, jitterMs, loss } = sample
    return { grade: this.#oneWay ? 'lost' : this.#grade, mos: meanOpinion(rttMs, jitterMs, loss), oneWay: this.#oneWay }
  }

  #judgeGrade(): void {
    const grades = this.#samples.map(gradeOf)
    const count = (grade: Grade) => grades.filter((g) => g === grade).length
    const bad = count('bad')
    if (bad >= enough) this.#grade = 'bad'
    else if (bad + count('fair') >= enough && this.#grade === 'good') this.#grade = 'fair'
    else if (grades.length === kept && count('good') === kept) this.#grade = 'good'
    else if (grades.length === kept && bad === 0 && this.#grade === 'bad') this.#grade = 'fair'
  }

  #judgeOneWay(): void {
    const found = (Object.keys(oneWays) as OneWay[]).find((kind) => this.#lasts(oneWays[kind]))
    if (found) this.#oneWay = found
    else if (this.#oneWay && this.#over(this.#oneWay)) this.#oneWay = null
  }

  #lasts({ samples, is }: { samples: number; is: (sample: Sample) => boolean }): boolean {
    const last = this.#samples.slice(-samples)
    return last.length === samples && last.every((s) => s.talking && is(s))
  }

  /** One sample with sound ends the alarm, and so does the end of the talk. */
  #over(kind: OneWay): boolean {
    const now = this.#samples.at(-1)
    return !now?.talking || !oneWays[kind].is(now)
  }
}
