import { describe, expect, test } from 'vitest'
import { ServerClock } from './clock.ts'
import { openMicrophone } from './microphone.ts'
import { modeFromKey, modeKey, wordOf } from './state.ts'
import { ringSamples } from './tone.ts'

describe('the server’s clock', () => {
  test('is believed from the message that travelled fastest', () => {
    let local = 1_000_000
    const clock = new ServerClock(() => local)
    clock.observe(new Date(local + 60_000 - 250).toISOString())
    clock.observe(new Date(local + 60_000 - 20).toISOString())
    clock.observe(new Date(local + 60_000 - 400).toISOString())
    local += 5_000
    expect(clock.now()).toBe(local + 60_000 - 20)
  })

  test('is not moved by what is no time', () => {
    const clock = new ServerClock(() => 5)
    clock.observe('yesterday')
    expect(clock.now()).toBe(5)
  })
})

describe('the microphone', () => {
  const failing = (name: string) => ({
    getUserMedia: () => Promise.reject(new DOMException('x', name)),
  })

  test.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'no_microphone'],
    ['OverconstrainedError', 'no_microphone'],
    ['NotReadableError', 'microphone_busy'],
    ['SomethingNew', 'microphone_busy'],
  ])('%s is told as %s', async (name, problem) => {
    await expect(openMicrophone({ secure: true, devices: failing(name), raw: false })).rejects.toMatchObject({
      problem,
    })
  })

  test('is not asked for where the browser would not give it', async () => {
    const devices = failing('NotAllowedError')
    await expect(openMicrophone({ secure: false, devices, raw: false })).rejects.toMatchObject({ problem: 'insecure' })
    await expect(openMicrophone({ secure: true, devices: undefined, raw: false })).rejects.toMatchObject({
      problem: 'unsupported',
    })
  })

  test.each([
    [false, true],
    [true, false],
  ])('raw %s means cleaning %s', async (raw, clean) => {
    let asked: MediaStreamConstraints | undefined
    const devices = {
      getUserMedia: async (constraints?: MediaStreamConstraints) => {
        asked = constraints
        return {} as MediaStream
      },
    }
    await openMicrophone({ secure: true, devices, raw })
    expect(asked?.audio).toMatchObject({ echoCancellation: clean, noiseSuppression: clean, autoGainControl: clean })
  })
})

test('the ring is loud enough, never clips, and ends where it begins', () => {
  const samples = ringSamples(48_000)
  const peak = samples.reduce((max, s) => Math.max(max, Math.abs(s)), 0)
  expect(peak).toBeGreaterThan(0.2)
  expect(peak).toBeLessThan(1)
  expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.001)
  expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01)
})

test('a presence goes through a list and comes back', () => {
  for (const key of ['ready', 'default', 'break', 'work:ticket', 'work:coaching']) {
    expect(modeKey(modeFromKey(key))).toBe(key)
  }
})

test('the word of 업무 names its kind', () => {
  expect(wordOf('work', 'training')).toBe('state.work_training')
  expect(wordOf('work', 'something')).toBe('state.work')
  expect(wordOf('break', 'unanswered')).toBe('state.break')
})
