import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakePeer, FakeSockets, FakeStream } from './fakes.ts'
import { MediaClient } from './media.ts'
import { MicrophoneError } from './microphone.ts'

function start(microphone?: () => Promise<FakeStream>) {
  const sockets = new FakeSockets()
  const peers: FakePeer[] = []
  const streams: FakeStream[] = []
  let token = 0
  const grant = vi.fn(async () => ({ session: 's', media_url: 'ws://media/phone', token: `token-${++token}` }))
  const client = new MediaClient({
    grant,
    createPeer: () => {
      const peer = new FakePeer()
      peers.push(peer)
      return peer as unknown as RTCPeerConnection
    },
    openSocket: sockets.open,
    openMicrophone: async () => {
      const stream = microphone ? await microphone() : new FakeStream()
      streams.push(stream)
      return stream as unknown as MediaStream
    },
    onState: () => undefined,
    random: () => 1,
  })
  const settle = () => vi.advanceTimersByTimeAsync(0)
  const connect = async () => {
    await settle()
    sockets.last.accept()
    sockets.last.say({ type: 'answer', sdp: 'v=0 answer' })
    await settle()
    sockets.last.say({ type: 'connected' })
  }
  return { client, sockets, peers, streams, grant, connect, settle }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('CTI 로그인', () => {
  test('asks for the microphone, then says hello with token and offer, then is up', async () => {
    const { client, sockets, peers, streams, connect } = start()
    const heard = client.start()
    expect(client.state.phase).toBe('asking')
    expect(await heard).toBe(true)
    expect(client.state).toMatchObject({ phase: 'connecting', device: 'Fake microphone' })
    await connect()
    expect(sockets.last.url).toBe('ws://media/phone')
    expect(sockets.last.sent[0]).toEqual({ type: 'hello', token: 'token-1', sdp: 'v=0 offer' })
    expect(peers[0]?.remote?.sdp).toBe('v=0 answer')
    expect(peers[0]?.tracks).toEqual([streams[0]?.track])
    expect(client.state).toMatchObject({ phase: 'up', problem: null })
  })

  test.each(['insecure', 'denied', 'no_microphone', 'microphone_busy', 'unsupported'] as const)(
    'does not sign in when the microphone is %s',
    async (problem) => {
      const { client, grant } = start(() => Promise.reject(new MicrophoneError(problem)))
      expect(await client.start()).toBe(false)
      expect(client.state).toMatchObject({ phase: 'off', problem })
      expect(grant).not.toHaveBeenCalled()
    },
  )

  test('gives the sound to whoever plays it', async () => {
    const { client, peers, connect } = start()
    await client.start()
    await connect()
    const sound = {}
    peers[0]?.hear(sound)
    expect(client.state.sound).toBe(sound)
  })

  test('given up while the browser still asks leaves no microphone open', async () => {
    let give: (stream: FakeStream) => void = () => undefined
    const { client, streams, settle } = start(() => new Promise((resolve) => (give = resolve)))
    const heard = client.start()
    client.stop()
    give(new FakeStream())
    expect(await heard).toBe(false)
    await settle()
    expect(streams[0]?.track.stopped).toBe(true)
    expect(client.state.phase).toBe('off')
  })
})

describe('a lost line', () => {
  test.each([
    ['the websocket ends', (s: FakeSockets) => s.last.end()],
    ['media says so', (s: FakeSockets) => s.last.say({ type: 'error', code: 'bad_token' })],
  ])('is replaced by a new one with a new token when %s', async (_, lose) => {
    const { client, sockets, peers, streams, connect } = start()
    await client.start()
    await connect()
    lose(sockets)
    expect(client.state.phase).toBe('lost')
    expect(peers[0]?.closed).toBe(true)
    await vi.advanceTimersByTimeAsync(400)
    await connect()
    expect(sockets.all).toHaveLength(2)
    expect(sockets.last.sent[0]).toMatchObject({ token: 'token-2' })
    expect(streams).toHaveLength(1)
    expect(client.state).toMatchObject({ phase: 'up', lostAt: null, retryAt: null })
  })

  test('is noticed by silence, by a failed connection and by one that does not come back', async () => {
    const { client, sockets, peers, connect } = start()
    await client.start()
    await connect()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(client.state.phase).toBe('lost')
    await vi.advanceTimersByTimeAsync(400)
    await connect()
    peers.at(-1)?.become('failed')
    expect(client.state.phase).toBe('lost')
    await vi.advanceTimersByTimeAsync(400)
    await connect()
    sockets.last.say({ type: 'disconnected' })
    await vi.advanceTimersByTimeAsync(2_400)
    sockets.last.say({ type: 'connected' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(client.state.phase).toBe('up')
    peers.at(-1)?.become('disconnected')
    await vi.advanceTimersByTimeAsync(3_500)
    expect(client.state.phase).toBe('lost')
  })

  test.each([
    ['the network changes', 0, (client: MediaClient) => client.networkChanged()],
    [
      'the browser hears nothing for a second',
      1_000,
      (_: MediaClient, peer?: FakePeer) => peer?.become('disconnected'),
    ],
  ])('is looked for on another way when %s', async (_, ms, change) => {
    const { client, sockets, peers, connect } = start()
    await client.start()
    await connect()
    change(client, peers[0])
    await vi.advanceTimersByTimeAsync(ms)
    expect(sockets.last.sent.at(-1)).toEqual({ type: 'offer', sdp: 'v=0 offer, ICE anew' })
    client.networkChanged()
    await vi.advanceTimersByTimeAsync(0)
    expect(sockets.last.sent.filter((m) => m.type === 'offer')).toHaveLength(1)
    sockets.last.say({ type: 'answer', sdp: 'v=0 another answer' })
    sockets.last.say({ type: 'connected' })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(peers[0]?.remote?.sdp).toBe('v=0 another answer')
    expect(sockets.all).toHaveLength(1)
    expect(client.state.phase).toBe('up')
  })

  test('is tried at once when the network is back', async () => {
    const { client, sockets, connect } = start()
    await client.start()
    await connect()
    sockets.last.end()
    client.networkChanged()
    await connect()
    expect(sockets.all).toHaveLength(2)
    expect(client.state.phase).toBe('up')
  })

  test('that lets no sound through says so within 5 s, and until it does', async () => {
    const { client, sockets, connect, settle } = start()
    await client.start()
    await settle()
    sockets.last.accept()
    sockets.last.say({ type: 'answer', sdp: 'v=0 answer' })
    await vi.advanceTimersByTimeAsync(4_000)
    expect(client.state).toMatchObject({ phase: 'lost', problem: 'blocked' })
    await vi.advanceTimersByTimeAsync(400)
    expect(client.state).toMatchObject({ phase: 'lost', problem: 'blocked' })
    await connect()
    expect(client.state).toMatchObject({ phase: 'up', problem: null })
  })

  test('is tried again ever later while nobody answers', async () => {
    const { client, sockets, grant } = start()
    grant.mockRejectedValue(new Error('down'))
    await client.start()
    const pauses: number[] = []
    for (let i = 0; i < 18; i++) {
      await vi.advanceTimersByTimeAsync(0)
      pauses.push((client.state.retryAt ?? 0) - Date.now())
      await vi.advanceTimersByTimeAsync(pauses.at(-1) ?? 0)
    }
    expect(pauses.slice(0, 4)).toEqual([400, 800, 1500, 1500])
    expect(pauses.slice(-2)).toEqual([8000, 8000])
    expect(sockets.all).toHaveLength(0)
  })

  test('is given up when another page of the agent has taken the sound', async () => {
    const { client, sockets, streams, connect } = start()
    await client.start()
    await connect()
    sockets.last.say({ type: 'error', code: 'replaced' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(client.state.phase).toBe('elsewhere')
    expect(streams[0]?.track.stopped).toBe(true)
    expect(sockets.all).toHaveLength(1)
  })

  test('is given up when serve ended the phone session', async () => {
    const { client, sockets, grant, connect } = start()
    await client.start()
    await connect()
    sockets.last.say({ type: 'error', code: 'closed' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(client.state).toMatchObject({ phase: 'off', problem: null })
    expect(grant).toHaveBeenCalledTimes(1)
  })

  test('is given up when the agent has no phone', async () => {
    const { client, grant, settle } = start()
    grant.mockRejectedValue(Object.assign(new Error(), { code: 'no_phone' }))
    await client.start()
    await settle()
    expect(client.state).toMatchObject({ phase: 'off', problem: 'no_phone' })
  })

  test('that is not answered within 10 s is tried again', async () => {
    const { client, sockets, settle } = start()
    await client.start()
    await settle()
    sockets.last.accept()
    await vi.advanceTimersByTimeAsync(10_400)
    expect(sockets.all).toHaveLength(2)
  })
})

describe('the microphone', () => {
  test('is muted by silence, also after it was changed', async () => {
    const { client, streams, peers, connect } = start()
    await client.start()
    await connect()
    client.setMuted(true)
    expect(streams[0]?.track.enabled).toBe(false)
    streams[0]?.track.onended?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(streams[1]?.track.enabled).toBe(false)
    expect(peers[0]?.replaced).toEqual([streams[1]?.track])
    client.setMuted(false)
    expect(streams[1]?.track.enabled).toBe(true)
  })

  test('pulled out without another one ends the line, until one is there', async () => {
    let there = true
    const { client, streams, connect } = start(async () => {
      if (!there) throw new MicrophoneError('no_microphone')
      return new FakeStream()
    })
    await client.start()
    await connect()
    there = false
    streams[0]?.track.onended?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(client.state).toMatchObject({ phase: 'lost', problem: 'no_microphone' })
    there = true
    await vi.advanceTimersByTimeAsync(400)
    await connect()
    expect(client.state).toMatchObject({ phase: 'up', problem: null })
  })

  test('is closed by CTI 로그아웃', async () => {
    const { client, streams, sockets, peers, connect } = start()
    await client.start()
    await connect()
    client.stop()
    expect(streams[0]?.track.stopped).toBe(true)
    expect(peers[0]?.closed).toBe(true)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sockets.all).toHaveLength(1)
  })
})
