// An agent: a real Chromium whose microphone speaks a tone.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Bellhop, User } from './server.ts'
import { toneFile } from './tone.ts'

const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium'

export interface AgentOptions {
  user?: number // which of the demo agents, from 0
  tone?: number // Hz that his microphone speaks
  microphone?: 'granted' | 'refused' | 'missing'
  flags?: string[]
}

export class Agent {
  private constructor(
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly user: User,
    readonly bellhop: Bellhop,
  ) {}

  static async open(bellhop: Bellhop, options: AgentOptions = {}): Promise<Agent> {
    const { user = 0, tone = 1000, microphone = 'granted', flags = [] } = options
    const who = bellhop.users.filter((u) => u.role === 'agent')[user]
    if (!who) throw new Error(`no demo agent ${user}`)
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--autoplay-policy=no-user-gesture-required',
        ...(microphone === 'missing'
          ? []
          : ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${toneFile(tone)}`]),
        ...(microphone === 'granted' ? ['--use-fake-ui-for-media-stream'] : []),
        ...flags,
      ],
    })
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'ko-KR' })
    // A tone is what noise suppression is made to remove.
    await context.addInitScript(() => localStorage.setItem('bellhop.audio.raw', '1'))
    const page = await context.newPage()
    return new Agent(browser, context, page, who, bellhop)
  }

  async signIn(): Promise<void> {
    await this.page.goto(this.bellhop.url)
    await this.page.getByLabel('아이디').fill(this.user.login)
    await this.page.getByLabel('비밀번호', { exact: true }).fill(this.user.password)
    await this.page.getByRole('button', { name: '로그인', exact: true }).click()
    await this.page.getByRole('button', { name: /CTI 로그인/ }).waitFor({ timeout: 15_000 })
  }

  async ctiSignIn(): Promise<void> {
    await this.page.getByRole('button', { name: /CTI 로그인/ }).click()
    await this.state('default', 20_000)
  }

  // signs in to everything and chooses 대기
  async ready(): Promise<void> {
    await this.signIn()
    await this.ctiSignIn()
    await this.choose('대기')
    await this.state('ready')
  }

  async choose(state: '기본' | '대기' | '휴식'): Promise<void> {
    await this.page.getByRole('radio', { name: state }).click()
  }

  async state(want: string, timeout = 10_000): Promise<void> {
    await expect
      .poll(() => this.page.getByTestId('phone-state').first().getAttribute('data-state'), { timeout, interval: 50 })
      .toBe(want)
  }

  offer() {
    return this.page.getByTestId('offer-card')
  }

  async accept(): Promise<void> {
    await this.page.getByRole('button', { name: '전화받기' }).click()
    await this.state('talking')
  }

  async decline(): Promise<void> {
    await this.offer().getByRole('button', { name: '취소' }).click()
  }

  async hangUp(): Promise<void> {
    await this.page.getByRole('button', { name: '끊기' }).click()
  }

  // press presses a button of the phone panel.
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByTestId('phone-panel').getByRole('button', { name, exact: true }).click()
  }

  // consults calls a colleague, a queue or an outside number about the customer.
  async consults(to: string): Promise<void> {
    await this.press('호전환')
    const window = this.page.getByRole('dialog', { name: /호전환/ })
    await window.getByRole('tab', { name: '직접 입력' }).click()
    await window.getByRole('textbox').first().fill(to)
    await window.getByRole('button', { name: '협의통화' }).click()
    await this.state('consulting')
  }

  // dials calls somebody.
  async dials(to: string): Promise<void> {
    await this.press('걸기')
    await this.page.getByLabel('고객번호').fill(to)
    await this.page.getByRole('button', { name: '걸기', exact: true }).last().click()
  }

  // hears waits until the tone is what comes out of the loudspeaker.
  async hears(hertz: number, timeout = 5_000): Promise<void> {
    await expect
      .poll(() => this.share(hertz), { timeout, interval: 100, message: `${this.user.name} hears ${hertz} Hz` })
      .toBeGreaterThan(0.6)
  }

  async hearsNothing(): Promise<void> {
    await expect.poll(() => this.loudness(), { timeout: 5_000, interval: 100 }).toBeLessThan(0.01)
  }

  // share is how much of the power heard lies at the tone, from 0 to 1.
  share(hertz: number): Promise<number> {
    return this.page.evaluate(async (hz) => {
      const audio = document.getElementById('remote-audio') as HTMLAudioElement | null
      const stream = audio?.srcObject
      if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return 0
      const context = new AudioContext()
      const analyser = new AnalyserNode(context, { fftSize: 4096 })
      context.createMediaStreamSource(stream).connect(analyser)
      await new Promise((done) => setTimeout(done, 200))
      const samples = new Float32Array(analyser.fftSize)
      analyser.getFloatTimeDomainData(samples)
      await context.close()
      let power = 0
      let sine = 0
      let cosine = 0
      for (const [i, s] of samples.entries()) {
        power += s * s
        const phase = (2 * Math.PI * hz * i) / context.sampleRate
        sine += s * Math.sin(phase)
        cosine += s * Math.cos(phase)
      }
      const n = samples.length
      return power / n < 1e-6 ? 0 : (2 * (sine * sine + cosine * cosine)) / n / power
    }, hertz)
  }

  loudness(): Promise<number> {
    return this.page.evaluate(async () => {
      const audio = document.getElementById('remote-audio') as HTMLAudioElement | null
      const stream = audio?.srcObject
      if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return 0
      const context = new AudioContext()
      const analyser = new AnalyserNode(context, { fftSize: 4096 })
      context.createMediaStreamSource(stream).connect(analyser)
      await new Promise((done) => setTimeout(done, 200))
      const samples = new Float32Array(analyser.fftSize)
      analyser.getFloatTimeDomainData(samples)
      await context.close()
      return Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length)
    })
  }

  // enter signs in to the application only: the phone is as it was left.
  async enter(): Promise<void> {
    await this.page.goto(this.bellhop.url)
    await this.page.getByLabel('아이디').fill(this.user.login)
    await this.page.getByLabel('비밀번호', { exact: true }).fill(this.user.password)
    await this.page.getByRole('button', { name: '로그인', exact: true }).click()
    await this.page.getByTestId('phone-state').first().waitFor({ timeout: 15_000 })
  }

  // tab is another page of the same browser. It goes with this one.
  async tab(): Promise<Agent> {
    const page = await this.context.newPage()
    await page.goto(this.bellhop.url)
    await page.getByTestId('phone-state').first().waitFor({ timeout: 15_000 })
    return new Agent(this.browser, this.context, page, this.user, this.bellhop)
  }

  // signOut ends what call there is and signs the phone out, without a click.
  async signOut(): Promise<void> {
    await this.page.evaluate(leave)
  }

  // close leaves nothing behind: a call that a failed test left is ended, and the phone is signed out, since an agent whose
  // browser is merely closed stays signed in.
  async close(): Promise<void> {
    await this.page.evaluate(leave).catch(() => undefined)
    await this.browser.close()
  }
}

async function leave(): Promise<void> {
  const { call } = await (await fetch('/api/v1/phone')).json()
  if (call) {
    await fetch(`/api/v1/calls/${call.id}/${call.phase === 'offering' ? 'decline' : 'hangup'}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ version: call.version }),
    })
    await new Promise((done) => setTimeout(done, 300))
  }
  await fetch('/api/v1/phone/session', { method: 'DELETE' })
}
