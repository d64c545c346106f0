import { gradeOf, meanOpinion } from '../quality/rules.ts'

/** What is checked, in this order. */
export const stepIds = ['permission', 'microphone', 'voice', 'speaker', 'call', 'path', 'registration'] as const
export type StepId = (typeof stepIds)[number]
/** ask waits for the person to say what he heard. */
export type StepState = 'waiting' | 'running' | 'ask' | 'ok' | 'warn' | 'bad' | 'skipped'

/** Why a step ended as it did; the screen has a sentence for each. */
export type Finding =
  | ''
  | 'insecure'
  | 'unsupported'
  | 'denied'
  | 'no_microphone'
  | 'microphone_busy'
  | 'silent'
  | 'quiet'
  | 'voice_not_heard'
  | 'voice_skipped'
  | 'not_heard'
  | 'no_line'
  | 'no_echo'
  | 'one_way'
  | 'poor'
  | 'tcp'
  | 'relay'
  | 'no_number'
  | 'unreachable'
  | 'in_call'

export interface Step {
  id: StepId
  state: StepState
  finding: Finding
  /** Measured values and names, for the screen and the report. */
  facts: Readonly<Record<string, string | number>>
}

export type Verdict = 'good' | 'fair' | 'bad'

/** 좋음, 보통 or 나쁨, once every step has ended; null before. */
export function verdictOf(steps: readonly Step[]): Verdict | null {
  if (steps.some((step) => ['waiting', 'running', 'ask'].includes(step.state))) return null
  if (steps.some((step) => step.state === 'bad' || step.state === 'skipped')) return 'bad'
  return steps.some((step) => step.state === 'warn') ? 'fair' : 'good'
}

/** What the echo call measured. Delay is there and back, in milliseconds. */
export interface Echo {
  delayMs: number
  jitterMs: number
  rttMs: number
  loss: number
  /** host, srflx, prflx or relay. */
  candidate: string
  protocol: string
  /** Media heard the tone; null where it does not say. */
  heardThere: boolean | null
  /** The tone came back. */
  heardHere: boolean
}

export function judgeCall(echo: Echo): Pick<Step, 'state' | 'finding' | 'facts'> {
  const facts = {
    mos: round(meanOpinion(echo.rttMs, echo.jitterMs, echo.loss), 1),
    delay_ms: Math.round(echo.delayMs),
    rtt_ms: Math.round(echo.rttMs),
    jitter_ms: round(echo.jitterMs, 1),
    loss_percent: round(echo.loss * 100, 1),
  }
  if (!echo.heardHere) return { state: 'bad', finding: echo.heardThere ? 'one_way' : 'no_echo', facts }
  const grade = gradeOf(echo)
  if (grade === 'good') return { state: 'ok', finding: '', facts }
  return { state: grade === 'fair' ? 'warn' : 'bad', finding: 'poor', facts }
}

export function judgePath({ candidate, protocol }: Echo): Pick<Step, 'state' | 'finding' | 'facts'> {
  const facts = { candidate, protocol }
  if (candidate === 'relay') return { state: 'warn', finding: 'relay', facts }
  if (protocol === 'tcp') return { state: 'warn', finding: 'tcp', facts }
  return { state: 'ok', finding: '', facts }
}

/** The loudest moment of a microphone that somebody should have spoken into, in dB below full scale. */
export function judgeLevel(peak: number): Pick<Step, 'state' | 'finding'> {
  if (peak <= -90) return { state: 'bad', finding: 'silent' }
  if (peak < -45) return { state: 'warn', finding: 'quiet' }
  return { state: 'ok', finding: '' }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
