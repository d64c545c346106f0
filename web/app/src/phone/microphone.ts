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

/** Asks for the microphone with this id, or for the system's own where there is no such. Throws a MicrophoneError. */
export async function openMicrophone(source: MicrophoneSource, id = ''): Promise<MediaStream> {
  if (!source.secure) throw new MicrophoneError('insecure')
  const { devices, raw } = source
  if (!devices) throw new MicrophoneError('unsupported')
  const clean = !raw
  const audio = { echoCancellation: clean, noiseSuppression: clean, autoGainControl: clean, channelCount: 1 }
  const ask = (deviceId: string) =>
    devices.getUserMedia({ audio: deviceId ? { ...audio, deviceId: { exact: deviceId } } : audio, video: false })
  try {
    return await ask(id).catch((cause: unknown) => {
      if (id && nameOf(cause) !== 'NotAllowedError') return ask('')
      throw cause
    })
  } catch (cause) {
    throw new MicrophoneError(problemOf[nameOf(cause)] ?? 'microphone_busy', cause)
  }
}

function nameOf(cause: unknown): string {
  return cause instanceof Error || cause instanceof DOMException ? cause.name : ''
}

/** The microphone of this browser. */
export function browserMicrophone(id = ''): Promise<MediaStream> {
  return openMicrophone(
    {
      secure: window.isSecureContext,
      devices: navigator.mediaDevices,
      raw: localStorage.getItem('bellhop.audio.raw') === '1',
    },
    id,
  )
}
