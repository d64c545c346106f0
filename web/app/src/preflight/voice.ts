import { decibels, stepsOf } from '../devices/level.ts'
import type { Recording } from './preflight.ts'

const recordMs = 5_000
const momentMs = 100

type Sinkable = AudioContext & { setSinkId?: (id: string) => Promise<void> }

/** Records a microphone for five seconds. Null when this browser cannot, or when the signal ended it. */
export async function recordVoice(
  stream: MediaStream,
  speaker: () => string,
  signal: AbortSignal,
  onMoment: (level: number, secondsLeft: number) => void,
): Promise<Recording | null> {
  if (typeof MediaRecorder === 'undefined') return null
  const recorder = new MediaRecorder(stream)
  const pieces: Blob[] = []
  recorder.ondataavailable = ({ data }) => pieces.push(data)
  const stopped = new Promise<void>((done) => {
    recorder.onstop = () => done()
    recorder.onerror = () => done()
  })
  const context = new AudioContext()
  try {
    await context.resume()
    recorder.start()
    await watch(context, stream, signal, onMoment)
    recorder.stop()
    await stopped
    if (signal.aborted || pieces.length === 0) return null
    const sound = await context.decodeAudioData(await new Blob(pieces, { type: recorder.mimeType }).arrayBuffer())
    return { play: (ended) => play(sound, speaker(), ended) }
  } catch {
    return null
  } finally {
    void context.close()
  }
}

/** Shows how loud it is and how long it still takes, until the time is over. */
async function watch(
  context: AudioContext,
  stream: MediaStream,
  signal: AbortSignal,
  onMoment: (level: number, secondsLeft: number) => void,
): Promise<void> {
  const analyser = new AnalyserNode(context, { fftSize: 2048 })
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const ends = performance.now() + recordMs
  for (let left = recordMs; left > 0 && !signal.aborted; left = ends - performance.now()) {
    analyser.getFloatTimeDomainData(samples)
    onMoment(stepsOf(decibels(samples)), Math.ceil(left / 1000))
    await new Promise((done) => setTimeout(done, Math.min(momentMs, left)))
  }
}

async function play(sound: AudioBuffer, sink: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const context: Sinkable = new AudioContext()
  try {
    if (sink) await context.setSinkId?.(sink).catch(() => undefined)
    await context.resume()
    const source = new AudioBufferSourceNode(context, { buffer: sound })
    source.connect(context.destination)
    await new Promise<unknown>((done) => {
      source.onended = done
      signal.addEventListener('abort', done)
      source.start()
    })
  } finally {
    void context.close()
  }
}
