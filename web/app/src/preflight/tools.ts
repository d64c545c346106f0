import { decibels, stepsOf } from '../devices/level.ts'
import type { DeviceStore } from '../devices/store.ts'
import { playTone } from '../devices/testTone.ts'
import type { Desk } from '../phone/desk.ts'
import { browserMicrophone, MicrophoneError } from '../phone/microphone.ts'
import { inCall } from '../phone/state.ts'
import { echoCall } from './echo.ts'
import type { PreflightTools } from './preflight.ts'
import type { Finding } from './verdict.ts'
import { recordVoice } from './voice.ts'

const listenMs = 6_000
const connectMs = 12_000
/** As loud as this is a voice. */
const voiceDb = -35

/** The check's tools in a real browser. */
export function preflightTools({ desk, devices }: { desk: Desk; devices: DeviceStore }): PreflightTools {
  return {
    openMicrophone: () => open(desk, devices),
    listen: (signal, onLevel) => listen(desk, devices, signal, onLevel),
    record: async (signal, onMoment) => {
      const opened = await microphone(desk, devices).catch(() => null)
      if (!opened) return null
      try {
        return await recordVoice(opened.stream, () => devices.idOf('speaker'), signal, onMoment)
      } finally {
        release(opened)
      }
    },
    playTone: () => playTone(devices.idOf('speaker')),
    speaker: () => devices.device('speaker')?.label ?? '',
    connect: (signal) => connect(desk, signal),
    echo: async (signal) => {
      const { line } = desk.getState().media
      return line ? echoCall(line, () => desk.getState().media, signal) : null
    },
    registration: () => {
      const { view } = desk.getState()
      return { extension: view?.agent.extension ?? '', up: view?.phone_up ?? false }
    },
    inCall: () => inCall(desk.getState()),
    onCall: (stop) => desk.subscribe(() => inCall(desk.getState()) && stop()),
    now: Date.now,
    browser: () => navigator.userAgent,
    memory: window.localStorage,
  }
}

/** The microphone of the phone if it is open, else one only for the check. */
async function microphone(desk: Desk, devices: DeviceStore): Promise<{ stream: MediaStream; own: boolean }> {
  const used = desk.getState().media.microphone
  if (used) return { stream: used, own: false }
  return { stream: await browserMicrophone(devices.idOf('microphone')), own: true }
}

function release({ stream, own }: { stream: MediaStream; own: boolean }): void {
  if (own) for (const track of stream.getTracks()) track.stop()
}

async function open(desk: Desk, devices: DeviceStore): Promise<{ label: string } | { finding: Finding }> {
  try {
    const opened = await microphone(desk, devices)
    const label = opened.stream.getAudioTracks()[0]?.label ?? ''
    release(opened)
    await devices.refresh()
    return { label }
  } catch (error) {
    return { finding: error instanceof MicrophoneError ? error.problem : 'unsupported' }
  }
}

async function listen(
  desk: Desk,
  devices: DeviceStore,
  signal: AbortSignal,
  onLevel: (level: number) => void,
): Promise<number> {
  const opened = await microphone(desk, devices).catch(() => null)
  if (!opened) return -120
  const context = new AudioContext()
  const analyser = new AnalyserNode(context, { fftSize: 2048 })
  context.createMediaStreamSource(opened.stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const began = performance.now()
  let peak = -120
  let voiced = 0
  try {
    await context.resume()
    while (!signal.aborted && performance.now() - began < listenMs && voiced < 8) {
      await new Promise((done) => setTimeout(done, 100))
      analyser.getFloatTimeDomainData(samples)
      const now = decibels(samples)
      peak = Math.max(peak, now)
      if (now > voiceDb) voiced++
      onLevel(stepsOf(now))
    }
    return peak
  } finally {
    release(opened)
    void context.close()
  }
}

/** Connects the audio as CTI 로그인 does, and waits for it. */
async function connect(desk: Desk, signal: AbortSignal): Promise<Finding> {
  const up = () => desk.getState().media.phase === 'up'
  if (up()) return ''
  if (desk.getState().view?.agent.extension === '') return 'no_number'
  void desk.signIn()
  await new Promise<void>((done) => {
    const finish = () => {
      clearTimeout(timer)
      unsubscribe()
      done()
    }
    const timer = setTimeout(finish, connectMs)
    const unsubscribe = desk.subscribe(() => (up() || desk.getState().media.problem) && finish())
    signal.addEventListener('abort', finish)
  })
  return up() ? '' : 'no_line'
}
