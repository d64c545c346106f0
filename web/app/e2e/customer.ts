// A customer: bellhop call, a real SIP telephone that says what it hears, one JSON object per line.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { type Bellhop, binary, repository } from './server.ts'

export interface CustomerOptions {
  to?: string
  from?: string
  name?: string
  tone?: number
  hangupAfter?: string
  probes?: number[]
}

export interface CallEvent {
  t: number
  call: number
  event: string
  dbfs?: number
  tones?: Record<string, number>
  [field: string]: unknown
}

const calling = new Set<Customer>()

// hangUpAll ends the calls that a test that failed has left.
export async function hangUpAll(): Promise<void> {
  await Promise.all([...calling].map((c) => c.hangUp()))
}

export class Customer {
  readonly events: CallEvent[] = []
  readonly exited: Promise<number>
  private readonly child: ChildProcess

  constructor(bellhop: Bellhop, options: CustomerOptions = {}) {
    const { to = bellhop.number, from = '01012345678', tone = 440, probes = [440, 1000, 1300] } = options
    const args = ['call', '--json', '--server', bellhop.sip, '--to', to, '--from', from, '--tone', String(tone)]
    if (options.name !== undefined) args.push('--name', options.name)
    if (options.hangupAfter) args.push('--hangup-after', options.hangupAfter)
    for (const hz of probes) args.push('--probe', String(hz))
    this.child = spawn(binary, args, { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] })
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        if (line.startsWith('{')) this.events.push(JSON.parse(line))
      })
    }
    calling.add(this)
    this.exited = new Promise((done) => {
      this.child.once('exit', (code) => {
        calling.delete(this)
        done(code ?? -1)
      })
    })
  }

  has(event: string): CallEvent | undefined {
    return this.events.find((e) => e.event === event)
  }

  async until(event: string, timeout = 10_000): Promise<CallEvent> {
    await expect.poll(() => this.has(event), { timeout, interval: 30, message: `customer: ${event}` }).toBeTruthy()
    return this.has(event) as CallEvent
  }

  // hears waits until the tone is what the earpiece gives now.
  async hears(hertz: number, timeout = 5_000): Promise<void> {
    await expect
      .poll(() => this.share(hertz), { timeout, interval: 50, message: `customer hears ${hertz} Hz` })
      .toBeGreaterThan(0.6)
  }

  // hearsMusic: something is heard, and it is nobody's microphone.
  async hearsMusic(timeout = 6_000): Promise<void> {
    await expect
      .poll(() => this.level() > -50 && this.share(1000) < 0.2 && this.share(1300) < 0.2, { timeout, interval: 50 })
      .toBe(true)
  }

  level(): number {
    return this.latest()?.dbfs ?? -120
  }

  share(hertz: number): number {
    return this.latest()?.tones?.[String(hertz)] ?? 0
  }

  private latest(): CallEvent | undefined {
    return this.events.findLast((e) => e.event === 'level')
  }

  async hangUp(): Promise<number> {
    this.child.kill('SIGINT')
    return await this.exited
  }
}
