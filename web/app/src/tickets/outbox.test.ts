import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../api/client.ts'
import { FakeStorage } from '../kept/fakes.ts'
import { type Letter, Outbox } from './outbox.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server that may be away, and keeps each key once. */
function rig(memory = new FakeStorage()) {
  const server = { answer: null as unknown, notes: new Map<string, string>(), asked: 0 }
  const window = new EventTarget()
  let keys = 0
  const outbox = new Outbox({
    user: 'u1',
    memory,
    events: window,
    send: async (key: string, letter: Letter) => {
      server.asked++
      if (server.answer) throw server.answer
      server.notes.set(key, letter.text)
    },
    onSent: vi.fn(),
    now: () => ++keys,
    newKey: () => `k${keys}`,
  })
  return { outbox, server, memory, online: () => window.dispatchEvent(new Event('online')) }
}

const settled = () => vi.advanceTimersByTimeAsync(0)

test('a saved note is sent, and then forgotten', async () => {
  const { outbox, server } = rig()
  expect(outbox.post('7', '메모')).toBe(true)
  expect(outbox.of('7')).toHaveLength(1)
  await settled()
  expect([...server.notes.values()]).toEqual(['메모'])
  expect(outbox.of('7')).toEqual([])
})

test('without a network it waits, and goes once, in order, when the network is back', async () => {
  const { outbox, server, online } = rig()
  outbox.start()
  server.answer = new ApiError(0, 'unreachable')
  outbox.post('7', '하나')
  outbox.post('7', '둘')
  await settled()
  expect(server.notes.size).toBe(0)
  server.answer = null
  online()
  online()
  await settled()
  expect([...server.notes.values()]).toEqual(['하나', '둘'])
  expect(outbox.of('7')).toEqual([])
})

test('it tries again by itself, less and less often', async () => {
  const { outbox, server } = rig()
  server.answer = new ApiError(503, 'unavailable')
  outbox.post('7', '메모')
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(server.asked).toBeGreaterThan(5)
  expect(server.asked).toBeLessThan(30)
  server.answer = null
  await vi.advanceTimersByTimeAsync(60_000)
  expect(server.notes.size).toBe(1)
})

test('what a closed page left is sent by the next one with the same key', async () => {
  const first = rig()
  first.server.answer = new ApiError(0, 'unreachable')
  first.outbox.post('7', '메모')
  await settled()
  const [key] = first.outbox.of('7')[0] ?? []
  const next = rig(first.memory)
  next.outbox.start()
  await settled()
  expect([...next.server.notes.keys()]).toEqual([key])
})

test.each([
  [422, 'note_too_long'],
  [404, 'not_found'],
  [409, 'key_reused'],
])('what the server refuses with %d stays, with the reason', async (status, code) => {
  const { outbox, server } = rig()
  server.answer = new ApiError(status, code)
  outbox.post('7', '메모')
  await vi.advanceTimersByTimeAsync(600_000)
  expect(server.asked).toBe(1)
  expect(outbox.of('7').map(([, letter]) => letter.problem)).toEqual([code])
})

test('who is signed out sends when he is back', async () => {
  const { outbox, server } = rig()
  server.answer = new ApiError(401, 'not_signed_in')
  outbox.post('7', '메모')
  await settled()
  expect(outbox.of('7')[0]?.[1].problem).toBe('')
})

test('a full browser, and too many that wait, take no more', () => {
  const { outbox, server, memory } = rig()
  server.answer = new ApiError(0, 'unreachable')
  for (let n = 0; n < 50; n++) expect(outbox.post('7', `${n}`)).toBe(true)
  expect(outbox.post('7', '더')).toBe(false)
  const other = rig()
  other.memory.full = true
  expect(other.outbox.post('7', '메모')).toBe(false)
  expect(memory.items.size).toBe(50)
})
