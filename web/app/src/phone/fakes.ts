/** What tests put in the place of the browser and the server. */
import { sampleCall } from './samples.js'
import type { Socket } from './sockets.ts'
import type { SoundLock } from './tab.ts'
import type { AgentView, CallView } from './view.ts'

/** A websocket whose other end is the test. */
export class FakeSocket implements Socket {
  readonly url: string
  readyState = 0
  closed = false
  readonly sent: Record<string, unknown>[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null
  onerror: (() => void) | null = null

  constructor(url: string) {
    this.url = url
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data))
  }

  close(): void {
    this.closed = true
    this.readyState = 3
  }

  /** The other end accepts. */
  accept(): void {
    this.readyState = 1
    this.onopen?.()
  }

  /** The other end says something. */
  say(message: unknown): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) })
  }

  /** The other end, or the network, ends it. */
  end(): void {
    this.readyState = 3
    this.onclose?.({ code: 1006, reason: '' })
  }
}

/** Opens FakeSockets and keeps them, the newest last. */
export class FakeSockets {
  readonly all: FakeSocket[] = []
  readonly open = (url: string): Socket => {
    const socket = new FakeSocket(url)
    this.all.push(socket)
    return socket
  }

  get last(): FakeSocket {
    const socket = this.all.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
}

class FakeTrack {
  enabled = true
  readyState = 'live'
  stopped = false
  onended: (() => void) | null = null
  readonly label: string

  constructor(label: string) {
    this.label = label
  }

  getSettings(): { deviceId: string } {
    return { deviceId: this.label }
  }

  stop(): void {
    this.stopped = true
    this.readyState = 'ended'
  }
}

/** A stream with one audio track. */
export class FakeStream {
  readonly track: FakeTrack

  constructor(label = 'Fake microphone') {
    this.track = new FakeTrack(label)
  }

  getAudioTracks(): FakeTrack[] {
    return [this.track]
  }

  getTracks(): FakeTrack[] {
    return [this.track]
  }
}

/** A peer connection without a network. */
export class FakePeer {
  connectionState = 'new'
  localDescription: { sdp: string } | null = null
  remote: { sdp: string } | null = null
  closed = false
  readonly tracks: unknown[] = []
  readonly replaced: unknown[] = []
  ontrack: ((event: unknown) => void) | null = null
  onconnectionstatechange: (() => void) | null = null

  addTrack(track: unknown): void {
    this.tracks.push(track)
  }

  getSenders() {
    return [{ replaceTrack: async (track: unknown) => void this.replaced.push(track) }]
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as unknown as RTCStatsReport)
  }

  async createOffer(options?: RTCOfferOptions) {
    return { type: 'offer', sdp: options?.iceRestart ? 'v=0 offer, ICE anew' : 'v=0 offer' }
  }

  async setLocalDescription(offer: { sdp: string }): Promise<void> {
    this.localDescription = offer
  }

  async setRemoteDescription(answer: { sdp: string }): Promise<void> {
    this.remote = answer
  }

  close(): void {
    this.closed = true
  }

  become(state: string): void {
    this.connectionState = state
    this.onconnectionstatechange?.()
  }

  hear(stream: unknown): void {
    this.ontrack?.({ streams: [stream] })
  }
}

/** A lock that the test gives out. */
export class FakeLock implements SoundLock {
  free = true
  held = false
  shared = false
  onClaim: (() => void) | null = null
  #onTurn: (() => void) | null = null

  async take(wait: boolean): Promise<boolean> {
    if (!this.free && !wait) return false
    this.held = this.free
    return true
  }

  succeed(onTurn: () => void): void {
    this.#onTurn = onTurn
    if (this.free) this.turn()
  }

  release(): void {
    this.held = false
    this.#onTurn = null
  }

  async others(): Promise<boolean> {
    return this.shared
  }

  /** The page before this one is gone. */
  turn(): void {
    this.free = true
    this.held = true
    this.#onTurn?.()
    this.#onTurn = null
  }
}

/** A page's memory across a reload. */
export class FakeMemory {
  readonly items = new Map<string, string>()

  getItem(key: string): string | null {
    return this.items.get(key) ?? null
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value)
  }

  removeItem(key: string): void {
    this.items.delete(key)
  }
}

export { sampleCall as fakeCall, sampleView as fakeView } from './samples.js'

export const fakeTalking = (change: Partial<CallView> = {}): Partial<AgentView> => ({
  presence: 'ready',
  occupation: 'talking',
  call: sampleCall({ phase: 'talking', version: 5, connected_at: '2026-11-20T07:00:05.000Z', ...change }),
})

export const fakeOffered = (change: Partial<CallView> = {}): Partial<AgentView> => ({
  presence: 'ready',
  occupation: 'offered',
  call: sampleCall(change),
})
