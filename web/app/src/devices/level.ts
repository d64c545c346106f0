/** The loudness of samples, in dB below full scale; -120 is digital silence. */
export function decibels(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return 10 * Math.log10(sum / samples.length + 1e-12)
}

/** A loudness in five steps, 10 dB each from -56 dBFS on; 0 is silence. */
export function stepsOf(loudness: number): number {
  return Math.max(0, Math.min(5, Math.ceil((loudness + 56) / 10)))
}
