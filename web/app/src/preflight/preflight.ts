import {
  type Echo,
  type Finding,
  judgeCall,
  judgeLevel,
  judgePath,
  type Step,
  type StepId,
  stepIds,
  type Verdict,
  verdictOf,
} from './verdict.ts'

/** One's own voice, as it was recorded. It never leaves the page. */
export interface Recording {
  /** Through the chosen loudspeaker. Resolves when it has been heard, or when the signal ended it. */
  play: (signal: AbortSignal) => Promise<void>
}

/** What a person says about what he should have heard. */
type Answer = 'heard' | 'not_heard' | 'again' | 'skip'

/** What the check needs of the browser and the phone. */
export interface PreflightTools {
  /** Asks for the microphone; a finding says why there is none. */
  openMicrophone: () => Promise<{ label: string } | { finding: Finding }>
  /** Listens to the microphone for a while: its loudest moment in dBFS. It ends early once a voice was heard. */
  listen: (signal: AbortSignal, onLevel: (level: number) => void) => Promise<number>
  /** Records the microphone for some seconds. Null when this browser cannot, or when the signal ended it. */
  record: (signal: AbortSignal, onMoment: (level: number, secondsLeft: number) => void) => Promise<Recording | null>
  playTone: () => Promise<void>
  speaker: () => string
  /** Connects the audio if it is not; a finding says why not. */
  connect: (signal: AbortSignal) => Promise<Finding>
  echo: (signal: AbortSignal) => Promise<Echo | null>
  registration: () => { extension: string; up: boolean }
  inCall: () => boolean
  /** Called when a call begins. */
  onCall: (stop: () => void) => () => void
  now: () => number
  browser: () => string
  memory: Pick<Storage, 'getItem' | 'setItem'>
}

export interface PreflightState {
  running: boolean
  steps: readonly Step[]
  verdict: Verdict | null
  startedAt: number | null
  tookMs: number
  /** The microphone's loudness while it is measured, 0 to 5. */
  level: number
  /** While one's own voice is recorded, and then played. */
  voice: 'recording' | 'playing' | null
  secondsLeft: number
  /** What was recorded can be heard again. */
  recorded: boolean
  /** A call came and ended the check. */
  interrupted: boolean
}

const doneKey = 'bellhop.preflight'
const fresh = (): Step[] => stepIds.map((id) => ({ id, state: 'waiting', finding: '', facts: {} }))

/** 통화 점검: everything that a call needs, tried one after the other. */
export class Preflight {
  readonly #tools: PreflightTools
  readonly #listeners = new Set<() => void>()
  #answer: ((answer: Answer) => void) | null = null
  #skipVoice: AbortController | null = null
  #recording: Recording | null = null
  #abort: AbortController | null = null
  #state: PreflightState = {
    running: false,
    steps: fresh(),
    verdict: null,
    startedAt: null,
    tookMs: 0,
    level: 0,
    voice: null,
    secondsLeft: 0,
    recorded: false,
    interrupted: false,
  }

  constructor(tools: PreflightTools) {
    this.#tools = tools
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): PreflightState => this.#state

  /** Whether this browser has passed the check before. */
  passed(): boolean {
    return this.#tools.memory.getItem(doneKey) !== null
  }

  /** Begins; nothing happens while a check or a call is on. */
  async run(): Promise<void> {
    if (this.#state.running || this.#tools.inCall()) return
    const abort = new AbortController()
    this.#abort = abort
    const startedAt = this.#tools.now()
    this.#forgetRecording()
    this.#set({ running: true, steps: fresh(), verdict: null, startedAt, tookMs: 0, interrupted: false })
    const leave = this.#tools.onCall(() => this.#interrupt())
    try {
      await this.#steps(abort.signal)
    } finally {
      leave()
      this.#end(startedAt, abort.signal.aborted)
    }
  }

  stop(): void {
    this.#abort?.abort()
    this.#skipVoice?.abort()
    this.#answer?.('not_heard')
  }

  /** The page is left: nothing of the voice is kept. */
  leave(): void {
    this.stop()
    this.#forgetRecording()
  }

  /** What the person says about the tone or about his voice. */
  heard(heard: boolean): void {
    this.#answer?.(heard ? 'heard' : 'not_heard')
  }

  recordAgain(): void {
    this.#answer?.('again')
  }

  /** Goes on without the recording. */
  skipVoice(): void {
    this.#skipVoice?.abort()
    this.#answer?.('skip')
  }

  /** The tone, or the voice, once more. */
  async playAgain(id: StepId): Promise<void> {
    if (id === 'voice') await this.#recording?.play(this.#skipVoice?.signal ?? new AbortController().signal)
    else await this.#tools.playTone()
  }

  /** What one may send to whoever looks after the phones. It names devices and figures, no person and no number. */
  report(): string {
    const { startedAt, tookMs, verdict, steps } = this.#state
    const report = {
      report: 'bellhop-preflight',
      version: 1,
      at: startedAt === null ? null : new Date(startedAt).toISOString(),
      took_ms: tookMs,
      verdict,
      browser: this.#tools.browser(),
      steps: steps.map(({ id, state, finding, facts }) => ({ id, state, ...(finding && { finding }), ...facts })),
    }
    return JSON.stringify(report, null, 2)
  }

  async #steps(signal: AbortSignal): Promise<void> {
    this.#step('permission', { state: 'running' })
    const microphone = await this.#tools.openMicrophone()
    if (signal.aborted) return
    if ('finding' in microphone) {
      this.#step('permission', { state: 'bad', finding: microphone.finding })
      return this.#skip('microphone', 'voice', 'speaker', 'call', 'path', 'registration')
    }
    this.#step('permission', { state: 'ok' })
    await this.#microphone(microphone.label, signal)
    const heard = signal.aborted ? false : await this.#voice(signal)
    if (!signal.aborted) await this.#speaker(heard, signal)
    if (!signal.aborted) await this.#network(signal)
  }

  async #microphone(label: string, signal: AbortSignal): Promise<void> {
    const facts = { device: label }
    this.#step('microphone', { state: 'running', facts })
    const peak = await this.#tools.listen(signal, (level) => this.#set({ level }))
    this.#step('microphone', { ...judgeLevel(peak), facts: { ...facts, peak_dbfs: Math.round(peak) } })
  }

  /** 녹음하고 들어 보기. Whether the voice was heard. */
  async #voice(signal: AbortSignal): Promise<boolean> {
    const skip = new AbortController()
    this.#skipVoice = skip
    let answer: Answer = 'again'
    while (answer === 'again' && !signal.aborted) answer = await this.#recordAndPlay(skip.signal)
    this.#skipVoice = null
    this.#set({ voice: null, level: 0 })
    if (signal.aborted) return false
    if (answer === 'heard') this.#step('voice', { state: 'ok' })
    else this.#step('voice', { state: 'warn', finding: answer === 'skip' ? 'voice_skipped' : 'voice_not_heard' })
    return answer === 'heard'
  }

  async #recordAndPlay(signal: AbortSignal): Promise<Answer> {
    this.#forgetRecording()
    this.#step('voice', { state: 'running' })
    this.#set({ voice: 'recording' })
    const recording = await this.#tools.record(signal, (level, secondsLeft) => this.#set({ level, secondsLeft }))
    if (!recording || signal.aborted) return 'skip'
    this.#recording = recording
    this.#set({ voice: 'playing', level: 0, recorded: true })
    await recording.play(signal)
    if (signal.aborted) return 'skip'
    this.#set({ voice: null })
    this.#step('voice', { state: 'ask' })
    return this.#ask()
  }

  async #ask(): Promise<Answer> {
    const answer = await new Promise<Answer>((done) => {
      this.#answer = done
    })
    this.#answer = null
    return answer
  }

  /** Whoever heard his own voice has heard the loudspeaker. */
  async #speaker(heardVoice: boolean, signal: AbortSignal): Promise<void> {
    const facts = { device: this.#tools.speaker() }
    if (heardVoice) return this.#step('speaker', { state: 'ok', facts })
    this.#step('speaker', { state: 'running', facts })
    await this.#tools.playTone()
    if (signal.aborted) return
    this.#step('speaker', { state: 'ask', facts })
    const heard = (await this.#ask()) === 'heard'
    if (!signal.aborted) this.#step('speaker', heard ? { state: 'ok' } : { state: 'bad', finding: 'not_heard' })
  }

  async #network(signal: AbortSignal): Promise<void> {
    this.#step('call', { state: 'running' })
    const problem = await this.#tools.connect(signal)
    const echo = problem || signal.aborted ? null : await this.#tools.echo(signal)
    if (signal.aborted) return
    if (echo) {
      this.#step('call', judgeCall(echo))
      this.#step('path', judgePath(echo))
    } else {
      this.#step('call', { state: 'bad', finding: problem || 'no_echo' })
      this.#skip('path')
    }
    const { extension, up } = this.#tools.registration()
    const finding = !extension ? 'no_number' : up ? '' : 'unreachable'
    this.#step('registration', { state: finding ? 'bad' : 'ok', finding, facts: { extension } })
  }

  #forgetRecording(): void {
    this.#recording = null
    this.#set({ recorded: false })
  }

  #interrupt(): void {
    this.#set({ interrupted: true })
    this.stop()
  }

  #end(startedAt: number, aborted: boolean): void {
    this.#abort = null
    if (aborted) this.#skip(...this.#state.steps.filter((s) => isOpen(s)).map((s) => s.id))
    const verdict = aborted ? null : verdictOf(this.#state.steps)
    if (verdict === 'good' || verdict === 'fair') this.#tools.memory.setItem(doneKey, String(startedAt))
    this.#set({ running: false, verdict, tookMs: this.#tools.now() - startedAt, level: 0 })
  }

  #skip(...ids: StepId[]): void {
    for (const id of ids) this.#step(id, { state: 'skipped' })
  }

  #step(id: StepId, change: Partial<Step>): void {
    this.#set({ steps: this.#state.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) })
  }

  #set(change: Partial<PreflightState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

function isOpen(step: Step): boolean {
  return ['waiting', 'running', 'ask'].includes(step.state)
}
