import type { PhoneToken } from '../api/types.ts'
import { abandon, decode, type OpenSocket, type Socket } from './sockets.ts'

const pingMs = 5_000
const silenceMs = 15_000
const setupMs = 10_000
/** Once media has answered, its audio port takes this long to reach, or nothing goes through to it. */
const reachMs = 3_500
/** A connection that wobbles is given this long to come back by itself, then ICE is restarted. */
const wobbleMs = 1_000
/** A restart of ICE has this long to bring the sound back; then the line is made anew. */
const repairMs = 2_500

/** What serve hands out for one audio connection. */
export type Grant = Pick<PhoneToken, 'session' | 'media_url' | 'token' | 'ice_servers' | 'desk'>

/** What media measures of this page's sound, once a second. */
export interface ServerQuality {
  jitter_ms: number
  /** The share of packets lost, 0 to 1. */
  loss: number
  rtt_ms: number
  /** Sound from this page's microphone arrives. */
  heard: boolean
}

export interface LineOptions {
  grant: () => Promise<Grant>
  microphone: MediaStream
  createPeer: () => RTCPeerConnection
  openSocket: OpenSocket
  onUp: () => void
  /** The line is of no use any more. Reason is media's error code, or a word of ours. Said once. Since: see Away. */
  onDown: (reason: string, since: string) => void
  onSound: (stream: MediaStream) => void
}

/**
 * One audio connection with media: a peer connection and the websocket that set it up. It is made once, is up until
 * it is down, and is then thrown away. The offer goes out at once: media sees the browser's addresses by itself.
 */
export class AudioLine {
  readonly #options: LineOptions
  readonly #peer: RTCPeerConnection
  #socket: Socket | null = null
  #done = false
  #up = false
  #onQuality: ((quality: ServerQuality) => void) | null = null
  #setup: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #wobble: ReturnType<typeof setTimeout> | undefined
  #repair: ReturnType<typeof setTimeout> | undefined
  #pinger: ReturnType<typeof setInterval> | undefined

  constructor(options: LineOptions) {
    this.#options = options
    this.#peer = options.createPeer()
  }

  /** Connects; how it ends is told through onUp and onDown. */
  async open(): Promise<void> {
    this.#setup = setTimeout(() => this.#down('timeout'), setupMs)
    try {
      const grant = await this.#offer()
      if (!this.#done) this.#dial(grant)
    } catch (error) {
      this.#down(reasonOf(error), sinceOf(error))
    }
  }

  /** What the browser measures of this line. */
  stats(): Promise<RTCStatsReport> {
    return this.#peer.getStats()
  }

  /** Lets media send this page's own sound back, for the check. */
  echo(on: boolean): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify({ type: 'echo', on }))
  }

  /** Tells what media measures to one listener; null ends it. */
  listenQuality(listener: ((quality: ServerQuality) => void) | null): void {
    this.#onQuality = listener
  }

  /** Sends this microphone instead of the one before. */
  async replaceMicrophone(microphone: MediaStream): Promise<void> {
    const track = microphone.getAudioTracks()[0]
    await this.#peer.getSenders()[0]?.replaceTrack(track ?? null)
  }

  /** Looks for another way to media (RFC 8445 section 9): the computer's network has changed, or this way is dead. */
  restart(): void {
    if (this.#done || !this.#up || this.#repair !== undefined || this.#socket?.readyState !== 1) return
    clearTimeout(this.#wobble)
    this.#repair = setTimeout(() => this.#down('disconnected'), repairMs)
    this.#offerAgain().catch(() => this.#down('bad_offer'))
  }

  close(): void {
    this.#done = true
    clearTimeout(this.#setup)
    clearTimeout(this.#repair)
    clearTimeout(this.#silence)
    clearTimeout(this.#wobble)
    clearInterval(this.#pinger)
    abandon(this.#socket)
    this.#peer.ontrack = null
    this.#peer.onconnectionstatechange = null
    this.#peer.close()
  }

  async #offer(): Promise<Grant> {
    const { microphone, grant, onSound } = this.#options
    for (const track of microphone.getAudioTracks()) this.#peer.addTrack(track, microphone)
    this.#peer.ontrack = (event) => onSound(event.streams[0] ?? new MediaStream([event.track]))
    this.#peer.onconnectionstatechange = () => this.#peerChanged()
    const [offer, granted] = await Promise.all([this.#peer.createOffer(), grant()])
    if (this.#done) return granted
    if (granted.ice_servers?.length) {
      this.#peer.setConfiguration({ ...this.#peer.getConfiguration(), iceServers: granted.ice_servers })
    }
    await this.#peer.setLocalDescription(offer)
    return granted
  }

  async #offerAgain(): Promise<void> {
    const offer = await this.#peer.createOffer({ iceRestart: true })
    await this.#peer.setLocalDescription(offer)
    if (this.#done) return
    this.#socket?.send(JSON.stringify({ type: 'offer', sdp: this.#peer.localDescription?.sdp ?? '' }))
  }

  #dial(grant: Grant): void {
    // His telephone is on his desk: this page shows the calls and drives them, and has no sound of its own.
    if (grant.desk) {
      clearTimeout(this.#setup)
      this.#up = true
      return this.#options.onUp()
    }
    const socket = this.#options.openSocket(grant.media_url)
    this.#socket = socket
    socket.onopen = () => {
      const sdp = this.#peer.localDescription?.sdp ?? ''
      socket.send(JSON.stringify({ type: 'hello', token: grant.token, sdp }))
      this.#pinger = setInterval(() => socket.send('{"type":"ping"}'), pingMs)
      this.#listen()
    }
    socket.onmessage = (event) => {
      this.#listen()
      this.#hear(event.data)
    }
    socket.onclose = () => this.#down('socket_closed')
  }

  #hear(data: unknown): void {
    const message = decode(data)
    switch (message?.type) {
      case 'answer':
        return this.#answered(String(message.sdp))
      case 'connected':
        clearTimeout(this.#setup)
        this.#up = true
        this.#steady()
        return this.#options.onUp()
      case 'disconnected': // nothing came for 5 s: long enough
        return this.restart()
      case 'quality':
        return this.#onQuality?.(qualityOf(message))
      case 'ping':
        return this.#socket?.send('{"type":"pong"}')
      case 'error':
        return this.#down(String(message.code))
      default: // pong, leg and whatever a newer server says.
    }
  }

  #peerChanged(): void {
    const state = this.#peer.connectionState
    if (state === 'failed') this.#down('ice_failed')
    if (state === 'disconnected') this.#unsteady()
    if (state === 'connected') clearTimeout(this.#wobble)
  }

  #answered(sdp: string): void {
    if (!this.#up) {
      clearTimeout(this.#setup)
      this.#setup = setTimeout(() => this.#down('blocked'), reachMs)
    }
    this.#peer.setRemoteDescription({ type: 'answer', sdp }).catch(() => this.#down('bad_answer'))
  }

  #unsteady(): void {
    clearTimeout(this.#wobble)
    if (this.#up) this.#wobble = setTimeout(() => this.restart(), wobbleMs)
  }

  #steady(): void {
    clearTimeout(this.#wobble)
    clearTimeout(this.#repair)
    this.#repair = undefined
  }

  #listen(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#down('silent'), silenceMs)
  }

  #down(reason: string, since = ''): void {
    if (this.#done) return
    this.close()
    this.#options.onDown(reason, since)
  }
}

function qualityOf(message: { [key: string]: unknown }): ServerQuality {
  const number = (key: string) => (Number.isFinite(message[key]) ? Number(message[key]) : 0)
  return {
    jitter_ms: number('jitter_ms'),
    loss: number('loss'),
    rtt_ms: number('rtt_ms'),
    heard: message.heard !== false,
  }
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : 'unreachable'
}

function sinceOf(error: unknown): string {
  const since = (error as { params?: { since?: unknown } }).params?.since
  return typeof since === 'string' ? since : ''
}
