import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeLock, FakeMemory, FakePeer, FakeSockets, FakeStream, fakeView } from './fakes.ts'
import { type MediaState, mediaOff } from './media.ts'
import { SoundKeeper } from './sound.ts'

class Refused extends Error {
  code = 'in_use'
  params = { since: '2026-11-20T07:00:00.000Z' }
}

function start(had: { page?: boolean; browser?: boolean; free?: boolean } = {}) {
  const [memory, shared, lock, sockets] = [new FakeMemory(), new FakeMemory(), new FakeLock(), new FakeSockets()]
  if (had.page) memory.setItem('bellhop.sound.here', '1')
  if (had.browser || had.page) shared.setItem('bellhop.sound.browser', '1')
  lock.free = had.free ?? true
  let state: MediaState = mediaOff
  let session = 0
  const grant = vi.fn(async (_takeOver: boolean, _resume: string | null) => ({
    session: `s${++session}`,
    media_url: 'ws://media',
    token: 't',
  }))
  const keeper = new SoundKeeper({
    media: {
      grant,
      createPeer: () => new FakePeer() as unknown as RTCPeerConnection,
      openSocket: sockets.open,
      openMicrophone: async () => new FakeStream() as unknown as MediaStream,
      random: () => 1,
    },
    lock,
    memory,
    shared,
    onState: (media) => {
      state = media
    },
  })
  const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
  return {
    keeper,
    lock,
    shared,
    sockets,
    grant,
    settle,
    state: () => state,
    saw: async () => {
      void keeper.saw(fakeView())
      await settle()
    },
    connect: async () => {
      await settle()
      sockets.last.accept()
      sockets.last.say({ type: 'connected' })
      await settle()
    },
  }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('the sound', () => {
  test('comes back at once to a page that was reloaded, and names the session before', async () => {
    const t = start({ page: true })
    t.shared.setItem('bellhop.sound.session', 'old')
    await t.saw()
    expect(t.grant).toHaveBeenCalledWith(false, 'old')
    await t.connect()
    expect(t.state().phase).toBe('up')
    expect(t.shared.getItem('bellhop.sound.session')).toBe('s1')
  })

  test('follows to the next page of the browser within a second when the one before closes', async () => {
    const t = start({ browser: true, free: false })
    await t.saw()
    await t.settle(60_000)
    expect(t.state().phase).toBe('elsewhere')
    t.lock.turn()
    await t.settle(999)
    expect(t.grant).toHaveBeenCalledTimes(1)
  })

  test('goes back to the page before when that was only reloading', async () => {
    const t = start({ browser: true, free: false })
    await t.saw()
    t.lock.turn()
    await t.settle(100)
    t.lock.free = false
    t.lock.onClaim?.()
    expect(t.lock.held).toBe(false)
    await t.settle(60_000)
    expect(t.grant).not.toHaveBeenCalled()
    t.lock.turn()
    await t.settle(500)
    expect(t.grant).toHaveBeenCalledTimes(1)
  })

  test('does not move to another computer by itself', async () => {
    const t = start()
    await t.saw()
    await t.settle(60_000)
    expect(t.grant).not.toHaveBeenCalled()
    expect(t.state()).toMatchObject({ phase: 'elsewhere', away: null })
  })

  test('is asked for when another computer has it, and then taken', async () => {
    const t = start()
    await t.saw()
    t.grant.mockRejectedValueOnce(new Refused())
    await t.keeper.here(false)
    await t.settle()
    expect(t.state()).toMatchObject({
      phase: 'elsewhere',
      away: { why: 'in_use', by: 'computer', asked: true, since: '2026-11-20T07:00:00.000Z' },
    })
    await t.keeper.here(true)
    await t.connect()
    expect(t.grant).toHaveBeenLastCalledWith(true, null)
    expect(t.state()).toMatchObject({ phase: 'up', away: null })
  })

  test('is not asked for when this page tries without a click', async () => {
    const t = start({ page: true })
    t.grant.mockRejectedValueOnce(new Refused())
    await t.saw()
    await t.settle(60_000)
    expect(t.state()).toMatchObject({ phase: 'elsewhere', away: { why: 'in_use', asked: false } })
    expect(t.grant).toHaveBeenCalledTimes(1)
  })

  test.each([
    ['another computer', false, 0],
    ['a tab of this browser', true, 1],
  ])('taken by %s comes back by itself %#', async (_, tab, grants) => {
    const t = start({ page: true })
    await t.saw()
    await t.connect()
    t.lock.shared = tab
    t.lock.free = false
    t.sockets.last.say({ type: 'error', code: 'replaced' })
    await t.settle()
    expect(t.state()).toMatchObject({ phase: 'elsewhere', away: { why: 'replaced', by: tab ? 'tab' : 'computer' } })
    t.lock.turn()
    await t.settle(999)
    expect(t.grant).toHaveBeenCalledTimes(1 + grants)
  })

  test('stays off after CTI 로그아웃', async () => {
    const t = start({ page: true })
    await t.saw()
    await t.connect()
    t.keeper.silence()
    await t.settle(60_000)
    expect(t.state().phase).toBe('off')
    expect([t.lock.held, t.shared.getItem('bellhop.sound.browser')]).toEqual([false, null])
  })
})
