const notes = [523.25, 659.26, 783.99]
const noteSeconds = 0.22

type Sinkable = AudioContext & { setSinkId?: (id: string) => Promise<void> }

/** Three rising notes from a loudspeaker; '' is the system's own. Resolves when they have been heard. */
export async function playTone(sink: string): Promise<void> {
  const context: Sinkable = new AudioContext()
  try {
    if (sink) await context.setSinkId?.(sink).catch(() => undefined)
    await context.resume()
    const start = context.currentTime + 0.05
    const gain = new GainNode(context, { gain: 0 })
    gain.connect(context.destination)
    const tone = new OscillatorNode(context, { frequency: notes[0] })
    tone.connect(gain)
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(0.25, start + 0.02)
    for (const [i, hertz] of notes.entries()) tone.frequency.setValueAtTime(hertz, start + i * noteSeconds)
    const end = start + notes.length * noteSeconds
    gain.gain.setTargetAtTime(0, end, 0.05)
    tone.start(start)
    tone.stop(end + 0.3)
    await new Promise((done) => {
      tone.onended = done
    })
  } finally {
    void context.close()
  }
}
