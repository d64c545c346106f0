/** One round of the ring, in seconds. */
const roundSeconds = 2.6

const patienceMs = 300

/** The notes of one round: start in seconds, frequency in hertz. A rising fourth, twice, like a desk bell. */
const notes: readonly [number, number][] = [
  [0, 659.26],
  [0.16, 880],
  [0.62, 659.26],
  [0.78, 880],
]

/** Fills one round of the ring: soft mallet notes with a quiet octave, dying away. */
export function ringSamples(sampleRate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(sampleRate * roundSeconds))
  for (const [start, hertz] of notes) {
    const first = Math.round(start * sampleRate)
    for (let i = first; i < samples.length; i++) {
      const t = (i - first) / sampleRate
      const attack = Math.min(1, t / 0.008)
      const wave =
        Math.exp(-5 * t) * Math.sin(2 * Math.PI * hertz * t) +
        0.3 * Math.exp(-9 * t) * Math.sin(4 * Math.PI * hertz * t)
      samples[i] = (samples[i] ?? 0) + 0.3 * attack * wave
    }
  }
  return samples
}

/**
 * The ring tone and the loudspeaker. Browsers keep a page silent until the user has done something in it; locked says
 * so, and unlock (from a click or a key) ends it.
 */
export class RingTone {
  #context: AudioContext | null = null
  #source: AudioBufferSourceNode | null = null
  #gain: GainNode | null = null
  #sink = ''
  #trial: ReturnType<typeof setTimeout> | undefined
  #patience: ReturnType<typeof setTimeout> | undefined
  readonly #onLocked: (locked: boolean) => void

  constructor(onLocked: (locked: boolean) => void) {
    this.#onLocked = onLocked
  }

  /** Wakes the loudspeaker, and tells whether the browser lets it. From a click or a key it always does. */
  unlock(): void {
    const context = this.#ensure()
    void context.resume().catch(() => undefined)
    this.#tellLocked()
  }

  start(): void {
    clearTimeout(this.#trial)
    if (this.#source) return
    const context = this.#ensure()
    void context.resume().catch(() => undefined)
    const buffer = context.createBuffer(1, Math.round(context.sampleRate * roundSeconds), context.sampleRate)
    buffer.copyToChannel(ringSamples(context.sampleRate), 0)
    this.#gain = new GainNode(context, { gain: 0.8 })
    this.#source = new AudioBufferSourceNode(context, { buffer, loop: true })
    this.#source.connect(this.#gain).connect(context.destination)
    this.#source.start()
    this.#tellLocked()
  }

  /** Silent within 15 ms, without a click. */
  stop(): void {
    const context = this.#context
    if (!context || !this.#source) return
    this.#gain?.gain.setTargetAtTime(0, context.currentTime, 0.005)
    this.#source.stop(context.currentTime + 0.015)
    this.#source = null
    this.#gain = null
  }

  /** Rings from this loudspeaker; '' is the system's own. Browsers that cannot choose keep to it. */
  setSink(id: string): void {
    if (id === this.#sink) return
    this.#sink = id
    if (this.#context) this.#applySink(this.#context)
  }

  /** Rings once, for the agent to hear from where. */
  try(): void {
    this.start()
    this.#trial = setTimeout(() => this.stop(), roundSeconds * 1000)
  }

  close(): void {
    this.stop()
    clearTimeout(this.#patience)
    if (this.#context) this.#context.onstatechange = null
    void this.#context?.close()
    this.#context = null
  }

  #ensure(): AudioContext {
    if (!this.#context) {
      this.#context = new AudioContext()
      this.#context.onstatechange = () => this.#tellLocked()
      if (this.#sink) this.#applySink(this.#context)
    }
    return this.#context
  }

  #applySink(context: AudioContext & { setSinkId?: (id: string) => Promise<void> }): void {
    void context.setSinkId?.(this.#sink).catch(() => undefined)
  }

  /** A context that may run takes a moment to do so; only one that stays suspended is locked. */
  #tellLocked(): void {
    clearTimeout(this.#patience)
    if (this.#context?.state !== 'suspended') return this.#onLocked(false)
    this.#patience = setTimeout(() => this.#onLocked(this.#context?.state === 'suspended'), patienceMs)
  }
}
