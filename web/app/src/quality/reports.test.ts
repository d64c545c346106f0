import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError } from '../api/client.ts'
import { FakeStorage } from '../kept/fakes.ts'
import { QualityReports } from './reports.ts'
import { type Moment, Summing } from './summary.ts'

const noon = Date.parse('2026-11-20T03:00:00.000Z')
const clear: Moment = { ms: 1000, loss: 0, jitterMs: 4, rttMs: 40, oneWay: null }

function summed(...moments: Partial<Moment>[]) {
  const summing = new Summing(noon)
  for (const moment of moments) summing.add({ ...clear, ...moment })
  return summing.end()
}

describe('a stretch of a call', () => {
  test('is summed up by time', () => {
    expect(summed({}, { ms: 3000, jitterMs: 8, rttMs: 80, loss: 0.1 }, { oneWay: 'no_incoming' })).toEqual({
      started_at: '2026-11-20T03:00:00.000Z',
      duration_ms: 5000,
      loss: 0.06,
      jitter_ms: 6.4,
      jitter_max_ms: 8,
      rtt_ms: 64,
      rtt_max_ms: 80,
      no_incoming_ms: 1000,
      no_outgoing_ms: 0,
      dead_microphone_ms: 0,
    })
  })

  test('of no time is none', () => expect(summed()).toBeNull())

  test('is never worse than the server takes', () => {
    expect(summed({ jitterMs: 1e9, rttMs: 1e9, loss: 99 })).toMatchObject({
      jitter_ms: 60_000,
      rtt_max_ms: 60_000,
      loss: 1,
    })
  })
})

describe('reports', () => {
  beforeEach(() => void vi.useFakeTimers({ now: noon }))
  afterEach(() => void vi.useRealTimers())

  function rig(memory = new FakeStorage()) {
    const state = { call: 'c1', answer: null as unknown, got: new Map<string, string>(), asked: 0 }
    const reports = new QualityReports({
      user: 'u1',
      memory,
      inCall: () => state.call,
      send: async (call, part) => {
        state.asked++
        if (state.answer) throw state.answer
        state.got.set(part, call)
      },
    })
    return { reports, state, memory }
  }
  const summary = summed({})
  if (!summary) throw new Error('nothing was summed up')

  test('wait for the end of the call, and for its line in the history, and are sent once', async () => {
    const { reports, state, memory } = rig()
    reports.add('c1', summary)
    reports.flush()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(state.asked).toBe(0)
    state.call = ''
    state.answer = new ApiError(404, 'not_found')
    reports.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(state.asked).toBe(1)
    state.answer = null
    await vi.advanceTimersByTimeAsync(10_000)
    expect([...state.got.values()]).toEqual(['c1'])
    expect(memory.items.size).toBe(0)
    reports.flush()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(state.got.size).toBe(1)
  })

  test('that a closed page left are sent by the next one, as the same part', async () => {
    const first = rig()
    first.reports.add('c1', summary)
    const next = rig(first.memory)
    next.state.call = ''
    next.reports.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(next.state.got.size).toBe(1)
  })

  test.each([409, 422])('that the server refuses with %d are given up', async (status) => {
    const { reports, state, memory } = rig()
    state.call = ''
    state.answer = new ApiError(status, 'x')
    reports.add('c1', summary)
    reports.flush()
    await vi.advanceTimersByTimeAsync(0)
    expect(memory.items.size).toBe(0)
  })

  test('of a call that the server never heard of are given up after days', async () => {
    const { reports, state, memory } = rig()
    state.call = ''
    state.answer = new ApiError(404, 'not_found')
    reports.add('c1', summary)
    reports.flush()
    await vi.advanceTimersByTimeAsync(4 * 24 * 3_600_000)
    expect(memory.items.size).toBe(0)
  })
})
