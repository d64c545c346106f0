import { Backoff } from './backoff.ts'
import { abandon, decode, type OpenSocket, type Socket } from './sockets.ts'
import type { Command, Result, ServerMessage } from './view.ts'

/** Nothing heard for this long, although the server pings every 4 s: the line is dead. */
const silenceMs = 12_000
/** Nothing heard for this long: whether the line still is one is in doubt, and a new one is found sooner than out. */
const doubtMs = 4_500
/** A connection this old was a good one: the next loss starts again with a short pause. */
const stableMs = 5_000

export type LinkPhase = 'connecting' | 'up' | 'lost'

/** The state of the line to the server. Times are local milliseconds. */
export interface Link {
  phase: LinkPhase
  lostAt: number | null
  retryAt: number | null
}

export type Told = Exclude<ServerMessage, { type: 'result' } | { type: 'ping' } | { type: 'session' }>

/** What a page can follow beside its own phone. */
export type Topic = 'roster'

export interface LiveOptions {
  url: string
  open: OpenSocket
  onTold: (message: Told) => void
  onLink: (link: Link) => void
  /** The connection was refused before it was open: perhaps the sign-in has ended. */
  onRefused: () => void
  /** Who is signed in, or what he may do, has changed. */
  onSession?: () => void
  newKey?: () => string
  now?: () => number
  random?: () => number
}

interface Waiting {
  frame: string
  answer: (result: Result) => void
}

/**
 * The page's line to the server: a snapshot, then numbered messages. A gap in the numbers, silence or a close leads to
 * a new connection with a new snapshot. Commands are sent again after a reconnect, with the same key, until answered.
 */
export class LiveClient {
  readonly #options: Required<LiveOptions>
  readonly #backoff: Backoff
  readonly #waiting = new Map<string, Waiting>()
  readonly #topics = new Set<Topic>()
  #socket: Socket | null = null
  #expected = 0
  #link: Link = { phase: 'connecting', lostAt: null, retryAt: null }
  #retry: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #heardAt = 0
  #stable: ReturnType<typeof setTimeout> | undefined
  #stopped = true

  constructor(options: LiveOptions) {
    this.#options = {
      newKey: () => crypto.randomUUID(),
      now: Date.now,
      random: Math.random,
      onSession: () => undefined,
      ...options,
    }
    const { random } = this.#options
    this.#backoff = new Backoff({ first: 300, quickMax: 1_500, quickFor: 20_000, max: 5_000, random })
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#clearTimers()
    abandon(this.#socket)
    this.#socket = null
    this.#waiting.clear()
  }

  /** Tries at once instead of waiting for the pause to end, or for a line that is quiet: the network may be back. */
  retryNow(): void {
    if (this.#stopped) return
    if (this.#socket) {
      if (this.#options.now() - this.#heardAt < doubtMs) return
      this.#drop()
    }
    clearTimeout(this.#retry)
    this.#connect()
  }

  /** Sends a command and resolves with the server's answer, however often the line breaks in between. */
  send(command: Command): Promise<Result> {
    const id = this.#options.newKey()
    const frame = JSON.stringify({ type: 'command', id, ...command })
    return new Promise((answer) => {
      this.#waiting.set(id, { frame, answer })
      if (this.#link.phase === 'up') this.#socket?.send(frame)
    })
  }

  /** Follows a topic, after every reconnect anew, until unwatch. */
  watch(topic: Topic): void {
    this.#topics.add(topic)
    if (this.#link.phase === 'up') this.#say('watch', topic)
  }

  unwatch(topic: Topic): void {
    this.#topics.delete(topic)
    if (this.#link.phase === 'up') this.#say('unwatch', topic)
  }

  #say(type: 'watch' | 'unwatch', topic: Topic): void {
    this.#socket?.send(JSON.stringify({ type, topic }))
  }

  #connect(): void {
    this.#expected = 0
    let opened = false
    const socket = this.#options.open(this.#options.url)
    this.#socket = socket
    this.#listen()
    socket.onopen = () => {
      opened = true
      this.#listen()
    }
    socket.onmessage = (event) => {
      this.#listen()
      this.#hear(event.data)
    }
    socket.onclose = () => {
      this.#drop()
      if (!opened) this.#options.onRefused()
    }
  }

  #hear(data: unknown): void {
    const message = decode(data) as ServerMessage | null
    if (!message) return this.#drop()
    switch (message.type) {
      case 'ping':
        return this.#socket?.send('{"type":"pong"}')
      case 'session':
        return this.#options.onSession()
      case 'result':
        return this.#answered(message)
      case 'snapshot':
      case 'phone':
      case 'roster':
      case 'ticket_opened':
        return this.#told(message)
      default: // A newer server may say more than this page knows.
    }
  }

  #answered(message: Extract<ServerMessage, { type: 'result' }>): void {
    const waiting = this.#waiting.get(message.id)
    if (!waiting) return
    this.#waiting.delete(message.id)
    waiting.answer(message.ok ? { ok: true } : { ok: false, code: message.code ?? '', params: message.params ?? {} })
  }

  #told(message: Told): void {
    const first = message.type === 'snapshot'
    if (first ? this.#expected !== 0 : message.seq !== this.#expected) return this.#drop()
    this.#expected = message.seq + 1
    this.#options.onTold(message)
    if (first) this.#up()
  }

  #up(): void {
    this.#set({ phase: 'up', lostAt: null, retryAt: null })
    this.#stable = setTimeout(() => this.#backoff.reset(), stableMs)
    for (const topic of this.#topics) this.#say('watch', topic)
    for (const { frame } of this.#waiting.values()) this.#socket?.send(frame)
  }

  #listen(): void {
    this.#heardAt = this.#options.now()
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#drop(), silenceMs)
  }

  #drop(): void {
    this.#clearTimers()
    abandon(this.#socket)
    this.#socket = null
    if (this.#stopped) return
    const pause = this.#backoff.next()
    const now = this.#options.now()
    this.#set({ phase: 'lost', lostAt: this.#link.lostAt ?? now, retryAt: now + pause })
    this.#retry = setTimeout(() => this.#connect(), pause)
  }

  #clearTimers(): void {
    clearTimeout(this.#retry)
    clearTimeout(this.#silence)
    clearTimeout(this.#stable)
  }

  #set(link: Link): void {
    this.#link = link
    this.#options.onLink(link)
  }
}
