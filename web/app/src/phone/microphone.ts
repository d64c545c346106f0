/** Why there is no microphone; the screen says how to mend each. */
export type MicrophoneProblem = 'insecure' | 'unsupported' | 'denied' | 'no_microphone' | 'microphone_busy'

export class MicrophoneError extends Error {
  readonly problem: MicrophoneProblem

  constructor(problem: MicrophoneProblem, cause?: unknown) {
    super(`microphone: ${problem}`, { cause })
    this.problem = problem
  }
}

const problemOf: Record<string, MicrophoneProblem> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'no_microphone',
  OverconstrainedError: 'no_microphone',
  NotReadableError: 'microphone_busy',
  AbortError: 'microphone_busy',
}

/** The part of a browser that gives out microphones. */
export interface MicrophoneSource {
  secure: boolean
  devices: Pick<MediaDevices, 'getUserMedia'> | undefined
  /** Sound as it is, without echo and noise removal: needed to measure tones in tests. */
  raw: boolean
}

/** Asks for the microphone. Throws a MicrophoneError. */
export async function openMicrophone(source: MicrophoneSource): Promise<MediaStream> {
  if (!source.secure) throw new MicrophoneError('insecure')
  if (!source.devices) throw new MicrophoneError('unsupported')
  const clean = !source.raw
  try {
    return await source.devices.getUserMedia({
      audio: { echoCancellation: clean, noiseSuppression: clean, autoGainControl: clean, channelCount: 1 },
      video: false,
    })
  } catch (cause) {
    const name = cause instanceof Error || cause instanceof DOMException ? cause.name : ''
    throw new MicrophoneError(problemOf[name] ?? 'microphone_busy', cause)
  }
}

/** The microphone of this browser. */
export function browserMicrophone(): Promise<MediaStream> {
  return openMicrophone({
    secure: window.isSecureContext,
    devices: navigator.mediaDevices,
    raw: localStorage.getItem('bellhop.audio.raw') === '1',
  })
}
