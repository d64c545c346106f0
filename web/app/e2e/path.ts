// The way of the sound between a page and media: a relay that can move, as a computer does to another network, or drop all.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { expect } from 'vitest'
import type { Agent } from './agent.ts'

export interface Path {
  // The page's address as media sees it is another one from now on; the old one is dead.
  move: () => Promise<void>
  drop: (all: boolean) => void
  // How many websockets the page has opened to media.
  sessions: () => Promise<number>
  // Waits until the page has asked for another way.
  restarted: (timeout: number) => Promise<void>
  close: () => void
}

declare global {
  interface Window {
    soundPath: { opened: number; offers: number }
  }
}

// pathOf has the agent's page send its sound over a relay. TCP is closed. It is called before the page is opened.
export async function pathOf({ context }: Agent): Promise<Path> {
  const relay = new Relay()
  const port = await relay.listen()
  await context.exposeFunction('soundTo', (target: number) => relay.target(target))
  await context.addInitScript(divert, port)
  const page = () => context.pages()[0]
  const count = async (what: 'opened' | 'offers') => (await page()?.evaluate((w) => window.soundPath[w], what)) ?? 0
  return {
    move: () => relay.move(),
    drop: (all) => relay.drop(all),
    sessions: () => count('opened'),
    restarted: (timeout) => expect.poll(() => count('offers'), { timeout, interval: 50 }).toBeGreaterThan(0),
    close: () => relay.close(),
  }
}

// divert runs in the page: the candidates in media's answers name the relay, and only UDP is left of them.
function divert(port: number): void {
  window.soundPath = { opened: 0, offers: 0 }
  const set = RTCPeerConnection.prototype.setRemoteDescription as (d: RTCSessionDescriptionInit) => Promise<void>
  RTCPeerConnection.prototype.setRemoteDescription = async function (
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ) {
    const lines = (description.sdp ?? '').split('\r\n').filter((line) => !/^a=candidate:.* tcp /i.test(line))
    const diverted: string[] = []
    for (const line of lines) {
      const parts = line.split(' ')
      if (line.startsWith('a=candidate:')) {
        await (window as unknown as { soundTo: (target: number) => Promise<void> }).soundTo(Number(parts[5]))
        parts[5] = String(port)
      }
      diverted.push(parts.join(' '))
    }
    return set.call(this, { type: description.type, sdp: diverted.join('\r\n') } as RTCSessionDescriptionInit)
  } as typeof RTCPeerConnection.prototype.setRemoteDescription
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string' && data.startsWith('{"type":"hello"')) window.soundPath.opened++
    if (typeof data === 'string' && data.startsWith('{"type":"offer"')) window.soundPath.offers++
    send.call(this, data)
  }
}

class Relay {
  readonly #inner = createSocket('udp4')
  #outer: Socket | null = null
  #page: RemoteInfo | null = null
  #media = 0
  #dropping = false
  #address = 1

  async listen(): Promise<number> {
    this.#inner.on('message', (packet, from) => {
      this.#page = from
      if (!this.#dropping && this.#media) this.#outer?.send(packet, this.#media, '127.0.0.1')
    })
    await new Promise<void>((done) => this.#inner.bind(0, '127.0.0.1', done))
    await this.move()
    return this.#inner.address().port
  }

  target(port: number): void {
    this.#media = port
  }

  async move(): Promise<void> {
    this.#outer?.close()
    const outer = createSocket('udp4')
    outer.on('message', (packet) => {
      if (!this.#dropping && this.#page) this.#inner.send(packet, this.#page.port, this.#page.address)
    })
    await new Promise<void>((done) => outer.bind(0, `127.0.0.${++this.#address}`, done))
    this.#outer = outer
  }

  drop(all: boolean): void {
    this.#dropping = all
  }

  close(): void {
    this.#inner.close()
    this.#outer?.close()
  }
}
