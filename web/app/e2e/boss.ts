// People who administer: a Chromium each, signed in, at a screen of the administration.
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Bellhop } from './server.ts'

const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium'

export interface BossOptions {
  role?: 'admin' | 'supervisor' | 'agent'
  language?: 'ko' | 'en'
  scheme?: 'light' | 'dark'
  login?: { login: string; password: string }
}

export class Boss {
  private constructor(
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly bellhop: Bellhop,
  ) {}

  /** Opens a browser and signs in; the language is on the page before anything of it is drawn. */
  static async open(bellhop: Bellhop, options: BossOptions = {}): Promise<Boss> {
    const { role = 'admin', language = 'ko', scheme = 'light' } = options
    const who = options.login ?? bellhop.users.find((user) => user.role === role)
    if (!who) throw new Error(`no demo ${role}`)
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    })
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'ko-KR' })
    await context.addInitScript(
      ([l, s]) => {
        localStorage.setItem('bellhop.language', l)
        localStorage.setItem('mantine-color-scheme-value', s)
      },
      [language, scheme] as const,
    )
    const page = await context.newPage()
    const boss = new Boss(browser, context, page, bellhop)
    await boss.signIn(who)
    return boss
  }

  private async signIn(who: { login: string; password: string }): Promise<void> {
    const response = await this.context.request.post(`${this.bellhop.url}/api/v1/session`, {
      data: { login: who.login, password: who.password },
      headers: { Origin: this.bellhop.url },
    })
    expect(response.status()).toBe(200)
  }

  /** Goes to a screen of the administration, by its path below /admin. */
  async at(path: string): Promise<void> {
    await this.page.goto(`${this.bellhop.url}/admin/${path}`)
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }

  /** Asks the server as this person. */
  async ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await this.context.request.fetch(`${this.bellhop.url}/api/v1${path}`, {
      method,
      data: body,
      headers: { Origin: this.bellhop.url },
    })
    const text = await response.text()
    return { status: response.status(), body: text.startsWith('{') ? JSON.parse(text) : text }
  }

  /** What axe finds on the page as it is, but for minor faults. */
  async faults(screen: string): Promise<unknown[]> {
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode().analyze()
    return violations
      .filter(({ impact }) => impact !== 'minor')
      .map(({ id, impact, nodes }) => ({
        screen,
        id,
        impact,
        at: nodes.map((n) => `${n.target} ${n.any[0]?.message}`),
      }))
  }

  /** A picture of the page in the folder that PICTURES names, if it does. */
  async picture(name: string): Promise<void> {
    const folder = process.env.PICTURES
    if (folder) await this.page.screenshot({ path: `${folder}/${name}.png` })
  }

  async close(): Promise<void> {
    await this.browser.close()
  }
}
