import type { MediaState } from '../phone/media.ts'
import { read } from '../quality/sampler.ts'
import type { Echo } from './verdict.ts'

type Line = NonNullable<MediaState['line']>

const toneHertz = 1_000
const patienceMs = 4_000
const measureMs = 3_000
const everyMs = 20
/** The tone must stand out this far, in dB, over the line without it. */
const clearlyDb = 20

/** Sends a tone to media, which sends it back, and measures the way. Null when the line went. */
export async function echoCall(line: Line, media: () => MediaState, signal: AbortSignal): Promise<Echo | null> {
  const { microphone, sound } = media()
  if (!microphone || !sound) return null
  const context = new AudioContext()
  const gain = new GainNode(context, { gain: 0 })
  const out = context.createMediaStreamDestination()
  const tone = new OscillatorNode(context, { frequency: toneHertz })
  tone.connect(gain).connect(out)
  tone.start()
  let heardThere: boolean | null = null
  try {
    await context.resume()
    await line.replaceMicrophone(out.stream)
    line.listenQuality((quality) => {
      heardThere = quality.heard
    })
    line.echo(true)
    const loudness = meter(context, sound)
    const quiet = loudness()
    await pause(300, signal)
    const began = performance.now()
    gain.gain.value = 0.25
    const delayMs = await until(() => loudness() > Math.max(quiet + clearlyDb, -70), patienceMs, signal, began)
    await pause(delayMs === null ? 1_000 : measureMs, signal)
    return { delayMs: delayMs ?? 0, heardHere: delayMs !== null, heardThere, ...(await figures(line)) }
  } catch {
    return null
  } finally {
    line.echo(false)
    line.listenQuality(null)
    const now = media()
    if (now.line === line && now.microphone) await line.replaceMicrophone(now.microphone)
    tone.stop()
    void context.close()
  }
}

/** How loud the tone is in a stream, in dBFS. */
function meter(context: AudioContext, sound: MediaStream): () => number {
  const analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0 })
  context.createMediaStreamSource(sound).connect(analyser)
  const bins = new Float32Array(analyser.frequencyBinCount)
  const bin = Math.round((toneHertz * analyser.fftSize) / context.sampleRate)
  return () => {
    analyser.getFloatFrequencyData(bins)
    return Math.max(-140, bins[bin - 1] ?? -140, bins[bin] ?? -140, bins[bin + 1] ?? -140)
  }
}

async function figures(line: Line): Promise<Pick<Echo, 'jitterMs' | 'rttMs' | 'loss' | 'candidate' | 'protocol'>> {
  const report = await line.stats()
  const reading = read(report)
  const all = reading ? reading.packetsReceived + reading.packetsLost : 0
  return {
    jitterMs: reading?.jitterMs ?? 0,
    rttMs: reading?.rttMs ?? 0,
    loss: reading && all > 0 ? Math.max(0, reading.packetsLost) / all : 0,
    ...pathOf(report),
  }
}

/** How the packets go: directly or over a relay, by UDP or TCP. */
export function pathOf(report: RTCStatsReport): Pick<Echo, 'candidate' | 'protocol'> {
  const stats = [...(report as unknown as Map<string, Record<string, unknown>>).values()]
  const pair = stats.find((s) => s.type === 'candidate-pair' && s.nominated === true && s.state === 'succeeded')
  const local = stats.find((s) => s.type === 'local-candidate' && s.id === pair?.localCandidateId)
  return { candidate: String(local?.candidateType ?? ''), protocol: String(local?.protocol ?? '') }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    signal.throwIfAborted()
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      fail(signal.reason)
    })
  })
}

async function until(
  holds: () => boolean,
  limitMs: number,
  signal: AbortSignal,
  began: number,
): Promise<number | null> {
  while (performance.now() - began < limitMs) {
    if (holds()) return performance.now() - began
    await pause(everyMs, signal)
  }
  return null
}
