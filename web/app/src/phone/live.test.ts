import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeSockets, fakeView } from './fakes.ts'
import { type Link, LiveClient, type Told } from './live.ts'

const now = '2026-11-20T07:00:00.000Z'
const snapshot = { type: 'snapshot', seq: 1, now, phone: fakeView(), ticket: null }
const phone = (seq: number) => ({ type: 'phone', seq, now, phone: fakeView() })

function start() {
  const sockets = new FakeSockets()
  const told: Told[] = []
  const links: Link[] = []
  const onRefused = vi.fn()
  let key = 0
  const client = new LiveClient({
    url: 'ws://test/live',
    open: sockets.open,
    onTold: (message) => told.push(message),
    onLink: (link) => links.push(link),
    onRefused,
    newKey: () => `key-${++key}`,
    random: () => 1,
  })
  client.start()
  const greet = () => {
    sockets.last.accept()
    sockets.last.say(snapshot)
  }
  return { client, sockets, told, links, onRefused, greet }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('the line to the server', () => {
  test('is up after the snapshot, and passes on what it is told in order', () => {
    const { sockets, told, links, greet } = start()
    greet()
    sockets.last.say(phone(2))
    sockets.last.say({ type: 'ticket_opened', seq: 3, now, ticket: { number: 1, call: 'c1' } })
    expect(told.map((m) => m.type)).toEqual(['snapshot', 'phone', 'ticket_opened'])
    expect(links.at(-1)?.phase).toBe('up')
  })

  test('answers pings', () => {
    const { sockets, greet } = start()
    greet()
    sockets.last.say({ type: 'ping' })
    expect(sockets.last.sent).toEqual([{ type: 'pong' }])
  })

  test.each([
    ['a gap in the numbers', phone(3)],
    ['a number twice', phone(1)],
    ['something that is no JSON', 'hello'],
    ['something without a type', { seq: 2 }],
  ])('starts again after %s', (_, message) => {
    const { sockets, told, links, greet } = start()
    greet()
    const first = sockets.last
    first.say(message)
    expect(first.closed).toBe(true)
    expect(links.at(-1)?.phase).toBe('lost')
    vi.advanceTimersByTime(300)
    expect(sockets.all).toHaveLength(2)
    greet()
    expect(told.map((m) => m.type)).toEqual(['snapshot', 'snapshot'])
    expect(links.at(-1)).toEqual({ phase: 'up', lostAt: null, retryAt: null })
  })

  test('ignores message types that it does not know', () => {
    const { sockets, links, greet } = start()
    greet()
    sockets.last.say({ type: 'weather', rain: true })
    expect(links.at(-1)?.phase).toBe('up')
  })

  test('starts again when nothing was heard for 12 s', () => {
    const { sockets, links, greet } = start()
    greet()
    vi.advanceTimersByTime(11_000)
    sockets.last.say({ type: 'ping' })
    vi.advanceTimersByTime(11_000)
    expect(links.at(-1)?.phase).toBe('up')
    vi.advanceTimersByTime(1_100)
    expect(links.at(-1)?.phase).toBe('lost')
  })

  test('is tried anew at once when the network is back and the line has been quiet', () => {
    const { client, sockets, links, greet } = start()
    greet()
    vi.advanceTimersByTime(4_000)
    client.retryNow()
    expect(sockets.all).toHaveLength(1)
    vi.advanceTimersByTime(4_000)
    client.retryNow()
    expect(sockets.all).toHaveLength(2)
    expect(links.at(-1)?.phase).toBe('lost')
    greet()
    expect(links.at(-1)?.phase).toBe('up')
    vi.advanceTimersByTime(60_000)
    expect(sockets.all.filter((s) => !s.closed)).toHaveLength(1)
  })

  test('waits longer after each failure, 1.5 s at first, later 5 s, and remembers since when it is lost', () => {
    const { sockets, links } = start()
    const lostAt = Date.now()
    const pauses: number[] = []
    for (let i = 0; i < 20; i++) {
      sockets.last.end()
      pauses.push((links.at(-1)?.retryAt ?? 0) - Date.now())
      expect(links.at(-1)?.lostAt).toBe(lostAt)
      vi.advanceTimersByTime(pauses.at(-1) ?? 0)
    }
    expect(pauses.slice(0, 6)).toEqual([300, 600, 1200, 1500, 1500, 1500])
    expect(pauses.slice(14)).toEqual([1500, 5000, 5000, 5000, 5000, 5000])
  })

  test('waits shortly again after a connection that held', () => {
    const { sockets, links, greet } = start()
    sockets.last.end()
    vi.advanceTimersByTime(300)
    greet()
    vi.advanceTimersByTime(5_000)
    sockets.last.end()
    expect((links.at(-1)?.retryAt ?? 0) - Date.now()).toBe(300)
  })

  test('tries at once when asked to', () => {
    const { client, sockets } = start()
    sockets.last.end()
    client.retryNow()
    client.retryNow()
    expect(sockets.all).toHaveLength(2)
  })

  test('tells when a connection was refused before it was open', () => {
    const { sockets, onRefused, greet } = start()
    sockets.last.end()
    expect(onRefused).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(300)
    greet()
    sockets.last.end()
    expect(onRefused).toHaveBeenCalledTimes(1)
  })

  test('opens nothing more after stop', () => {
    const { client, sockets, greet } = start()
    greet()
    client.stop()
    vi.advanceTimersByTime(60_000)
    expect(sockets.all).toHaveLength(1)
    expect(sockets.last.closed).toBe(true)
  })
})

describe('commands', () => {
  test('resolve with the answer that has their key', async () => {
    const { client, sockets, greet } = start()
    greet()
    const accepted = client.send({ action: 'accept', call: 'c1', version: 3 })
    const declined = client.send({ action: 'decline', call: 'c2', version: 1 })
    expect(sockets.last.sent[0]).toEqual({ type: 'command', id: 'key-1', action: 'accept', call: 'c1', version: 3 })
    sockets.last.say({ type: 'result', id: 'key-2', ok: false, code: 'too_late', params: { now: 'talking' } })
    sockets.last.say({ type: 'result', id: 'nobody', ok: true })
    sockets.last.say({ type: 'result', id: 'key-1', ok: true })
    expect(await declined).toEqual({ ok: false, code: 'too_late', params: { now: 'talking' } })
    expect(await accepted).toEqual({ ok: true })
  })

  test('are sent again with the same key after a reconnect, until answered', async () => {
    const { client, sockets, greet } = start()
    greet()
    const done = client.send({ action: 'hang_up', call: 'c1', version: 5 })
    sockets.last.end()
    const later = client.send({ action: 'dismiss' })
    vi.advanceTimersByTime(300)
    expect(sockets.last.sent).toEqual([])
    greet()
    expect(sockets.last.sent.map((m) => m.id)).toEqual(['key-1', 'key-2'])
    sockets.last.say({ type: 'result', id: 'key-1', ok: true })
    expect(await done).toEqual({ ok: true })
    sockets.last.end()
    vi.advanceTimersByTime(600)
    greet()
    expect(sockets.last.sent.map((m) => m.id)).toEqual(['key-2'])
    sockets.last.say({ type: 'result', id: 'key-2', ok: true })
    await later
  })

  test('wait for the snapshot', () => {
    const { client, sockets } = start()
    sockets.last.accept()
    void client.send({ action: 'dismiss' })
    expect(sockets.last.sent).toEqual([])
    sockets.last.say(snapshot)
    expect(sockets.last.sent).toHaveLength(1)
  })
})
