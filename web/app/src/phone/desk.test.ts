import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Desk } from './desk.ts'
import { FakeLock, FakeMemory, FakePeer, FakeSockets, FakeStream, fakeOffered, fakeTalking, fakeView } from './fakes.ts'
import { MicrophoneError } from './microphone.ts'
import { screenState } from './state.ts'
import type { AgentView, TicketRef } from './view.ts'

const now = '2026-11-20T07:00:00.000Z'

function start(options: { memory?: FakeMemory; lock?: FakeLock; microphone?: () => Promise<FakeStream> } = {}) {
  const live = new FakeSockets()
  const media = new FakeSockets()
  const lock = options.lock ?? new FakeLock()
  const memory = options.memory ?? new FakeMemory()
  const tickets: TicketRef[] = []
  const grant = vi.fn(async () => ({ session: 's', media_url: 'ws://media', token: 't' }))
  const desk = new Desk({
    live: { url: 'ws://live', open: live.open, random: () => 1 },
    media: {
      grant,
      createPeer: () => new FakePeer() as unknown as RTCPeerConnection,
      openSocket: media.open,
      openMicrophone: async () =>
        (options.microphone ? await options.microphone() : new FakeStream()) as unknown as MediaStream,
      random: () => 1,
    },
    lock,
    memory,
    onTicket: (ticket) => tickets.push(ticket),
    onRefused: () => undefined,
  })
  desk.start()
  let seq = 1
  const settle = () => vi.advanceTimersByTimeAsync(0)
  return {
    desk,
    live,
    media,
    lock,
    memory,
    tickets,
    grant,
    settle,
    greet: async (view: Partial<AgentView> | null, ticket: TicketRef | null = null) => {
      seq = 1
      live.last.accept()
      live.last.say({ type: 'snapshot', seq, now, phone: view && fakeView(view), ticket })
      await settle()
    },
    tell: async (view: Partial<AgentView>) => {
      live.last.say({ type: 'phone', seq: ++seq, now, phone: fakeView(view) })
      await settle()
    },
    answer: async (result: object) => {
      live.last.say({ type: 'result', id: live.last.sent.at(-1)?.id, ...result })
      await settle()
    },
    connectMedia: async () => {
      await settle()
      media.last.accept()
      media.last.say({ type: 'connected' })
      await settle()
    },
    state: () => screenState(desk.getState()),
  }
}

const out = { presence: 'signed_out', phone_up: false } as const

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('CTI 로그인', () => {
  test('goes from 로그아웃 over connecting to 기본, when the server says so', async () => {
    const t = start()
    expect(t.state()).toBe('loading')
    await t.greet(out)
    expect(t.state()).toBe('signed_out')
    void t.desk.signIn()
    expect(t.state()).toBe('connecting')
    await t.connectMedia()
    expect(t.state()).toBe('connecting')
    await t.tell({ presence: 'default' })
    expect(t.state()).toBe('default')
    expect(t.lock.held).toBe(true)
    expect(t.grant).toHaveBeenCalledTimes(1)
  })

  test('without a microphone stays 로그아웃 and says why', async () => {
    const t = start({ microphone: () => Promise.reject(new MicrophoneError('denied')) })
    await t.greet(out)
    await t.desk.signIn()
    expect(t.state()).toBe('signed_out')
    expect(t.desk.getState().media.problem).toBe('denied')
    expect(t.grant).not.toHaveBeenCalled()
  })

  test('is not done again by itself after CTI 로그아웃', async () => {
    const t = start()
    await t.greet(out)
    void t.desk.signIn()
    await t.connectMedia()
    await t.tell({ presence: 'default' })
    const left = t.desk.signOut()
    t.media.last.end() // media closes first; the server tells a moment later
    await t.answer({ ok: true })
    expect(await left).toBe(true)
    await t.tell(out)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(t.grant).toHaveBeenCalledTimes(1)
    expect(t.state()).toBe('signed_out')
    expect(t.lock.held).toBe(false)
  })

  test('ended by somebody else closes the audio', async () => {
    const t = start()
    await t.greet(out)
    void t.desk.signIn()
    await t.connectMedia()
    await t.tell({ presence: 'default' })
    await t.tell(out)
    expect(t.desk.getState().media.phase).toBe('off')
  })
})

describe('after a reload', () => {
  const reloaded = () => {
    const memory = new FakeMemory()
    memory.setItem('bellhop.sound.here', '1')
    return memory
  }

  test('the page reconnects its audio without a click, in the middle of a call', async () => {
    const t = start({ memory: reloaded() })
    await t.greet({ ...fakeTalking(), phone_up: false }, { number: 7, call: 'c1' })
    expect(t.state()).toBe('talking')
    await t.connectMedia()
    expect(t.desk.getState().media.phase).toBe('up')
    expect(t.tickets).toEqual([{ number: 7, call: 'c1' }])
  })

  test('a page that never had the sound leaves it where it is', async () => {
    const t = start()
    await t.greet({ presence: 'ready' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(t.media.all).toHaveLength(0)
    expect(t.desk.getState().media.phase).toBe('elsewhere')
    expect(t.state()).toBe('ready')
  })

  test('a page takes over from one that has been gone for 5 s, unless another page of the browser has the lock', async () => {
    const t = start()
    await t.greet({ presence: 'ready', phone_up: false })
    expect(t.state()).toBe('disconnected')
    await vi.advanceTimersByTimeAsync(4_900)
    expect(t.media.all).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(100)
    expect(t.media.all).toHaveLength(1)

    const lock = new FakeLock()
    lock.free = false
    const u = start({ lock })
    await u.greet({ presence: 'ready', phone_up: false })
    await vi.advanceTimersByTimeAsync(12_000)
    expect(u.media.all).toHaveLength(0)
    lock.free = true
    await vi.advanceTimersByTimeAsync(5_000)
    expect(u.media.all).toHaveLength(1)
  })

  test('a page whose sound was taken does not take it back', async () => {
    const t = start({ memory: reloaded() })
    await t.greet({ presence: 'ready' })
    await t.connectMedia()
    t.media.last.say({ type: 'error', code: 'replaced' })
    await t.tell({ presence: 'ready', phone_up: false })
    await t.tell({ presence: 'ready', phone_up: true })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(t.media.all).toHaveLength(1)
    void t.desk.signIn() // 여기서 듣기
    await t.connectMedia()
    expect(t.desk.getState().media.phase).toBe('up')
  })
})

describe('commands', () => {
  test('name the call and the version that was seen, and are pending until answered', async () => {
    const t = start()
    await t.greet(fakeOffered())
    t.desk.act('accept')
    expect(t.live.last.sent.at(-1)).toMatchObject({ action: 'accept', call: 'c1', version: 3 })
    expect(t.desk.getState().pending).toEqual([{ action: 'accept', call: 'c1', mode: null }])
    await t.answer({ ok: true })
    expect(t.desk.getState().pending).toEqual([])
  })

  test('are not sent twice for one call', async () => {
    const t = start()
    await t.greet(fakeOffered())
    t.desk.act('accept')
    t.desk.act('accept')
    t.desk.act('decline')
    expect(t.live.last.sent).toHaveLength(1)
  })

  test('refused restore the button and say why', async () => {
    const t = start()
    await t.greet({})
    void t.desk.choose({ presence: 'ready', kind: '' })
    expect(t.desk.getState().pending[0]?.mode).toEqual({ presence: 'ready', kind: '' })
    await t.answer({ ok: false, code: 'not_reachable' })
    expect(t.desk.getState().pending).toEqual([])
    expect(t.desk.getState().refusal).toMatchObject({ action: 'set_presence', code: 'not_reachable' })
    void t.desk.choose({ presence: 'break', kind: '' })
    expect(t.desk.getState().refusal).toBeNull()
  })

  test('that came too late are no error', async () => {
    const t = start()
    await t.greet(fakeOffered())
    t.desk.act('accept')
    await t.answer({ ok: false, code: 'too_late' })
    expect(t.desk.getState().refusal).toBeNull()
  })
})

describe('a call', () => {
  test('brings its ticket, and is remembered after its end', async () => {
    const t = start()
    await t.greet(fakeTalking())
    t.live.last.say({ type: 'ticket_opened', seq: 2, now, ticket: { number: 12, call: 'c1' } })
    expect(t.tickets).toEqual([{ number: 12, call: 'c1' }])
    t.live.last.say({ type: 'phone', seq: 3, now, phone: fakeView({ presence: 'work', kind: 'ticket' }) })
    expect(t.desk.getState()).toMatchObject({ ticket: { number: 12 }, lastCall: { id: 'c1' } })
  })

  test('starts with the microphone on, whatever the last one ended with', async () => {
    const memory = new FakeMemory()
    memory.setItem('bellhop.sound.here', '1')
    const t = start({ memory })
    await t.greet(fakeTalking())
    await t.connectMedia()
    t.desk.mute(true)
    await t.tell({ presence: 'work', kind: 'ticket' })
    expect(t.desk.getState().media.muted).toBe(false)
  })

  test('goes on when the line to the server is lost', async () => {
    const memory = new FakeMemory()
    memory.setItem('bellhop.sound.here', '1')
    const t = start({ memory })
    await t.greet(fakeTalking())
    await t.connectMedia()
    t.live.last.end()
    expect(t.state()).toBe('talking')
    expect(t.desk.getState()).toMatchObject({ link: { phase: 'lost' }, media: { phase: 'up' } })
    await vi.advanceTimersByTimeAsync(300)
    await t.greet({ presence: 'work', kind: 'ticket' })
    expect(t.state()).toBe('work')
  })
})
