import { type RefObject, useEffect, useRef } from 'react'

const everyMs = 150

/** Shows a microphone's loudness in five steps on the element it is given, without drawing anything else anew. */
export function useMicrophoneLevel(microphone: MediaStream | null): RefObject<HTMLSpanElement | null> {
  const element = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!microphone) {
      if (element.current) element.current.dataset.level = '0'
      return
    }
    const context = new AudioContext()
    const analyser = new AnalyserNode(context, { fftSize: 512 })
    context.createMediaStreamSource(microphone).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      if (element.current) element.current.dataset.level = String(levelOf(samples))
    }, everyMs)
    return () => {
      clearInterval(timer)
      void context.close()
    }
  }, [microphone])
  return element
}

/** From 0 (silence) to 5 (loud), 10 dB a step from -56 dBFS on. */
function levelOf(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const decibels = 10 * Math.log10(sum / samples.length + 1e-12)
  return Math.max(0, Math.min(5, Math.ceil((decibels + 56) / 10)))
}
