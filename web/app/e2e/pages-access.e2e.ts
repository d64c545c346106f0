import AxeBuilder from '@axe-core/playwright'
import { expect, test } from 'vitest'
import { en } from '../src/i18n/en.ts'
import { ko } from '../src/i18n/ko.ts'
import { pastCalls } from './calls.ts'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'
import { soon } from './soon.ts'

const catalogues = { ko, en }

test.each(['ko', 'en'] as const)(
  'axe finds nothing serious or moderate on ticket list, ticket, history and check (%s; light, dark)',
  async (language) => {
    const seoyeon = await agent({ tone: 1000 })
    const { page } = seoyeon
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await seoyeon.ready()
    const customer = new Customer(bellhop, { from: '01070001234' })
    await seoyeon.state('offered')
    await seoyeon.accept()
    await customer.hears(1000)
    await soon(() => page.url()).toMatch(/\/tickets\/\d+$/)
    const ticket = page.url()
    await page.getByRole('textbox', { name: '메모' }).fill('고객이 내일 다시 전화해 달라고 함')
    await page.getByRole('button', { name: '메모 저장' }).click()
    await soon(() => page.locator('.noted:not([data-sent])').count()).toBe(1)
    await page.getByRole('textbox', { name: '메모' }).fill('쓰다 만 메모')
    await customer.hangUp()
    await seoyeon.state('work')
    const { agent: who } = await page.evaluate(async () => (await fetch('/api/v1/phone')).json())
    pastCalls(bellhop, who.extension, 20)

    const found: unknown[] = []
    const look = async (screen: string) => {
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
      for (const { impact, id, nodes } of violations) {
        if (impact !== 'minor')
          found.push({ screen, impact, id, at: nodes.map((n) => `${n.target} ${n.any[0]?.message}`) })
      }
    }
    const words = catalogues[language]
    for (const scheme of ['light', 'dark'] as const) {
      await page.evaluate(
        ([l, s]) => {
          localStorage.setItem('bellhop.language', l)
          localStorage.setItem('mantine-color-scheme-value', s)
        },
        [language, scheme] as const,
      )
      const shows = async (path: string, what: string) => {
        await page.goto(new URL(path, bellhop.url).href)
        await page.getByText(what, { exact: true }).first().waitFor()
        expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe(scheme)
        await look(`${path} ${language} ${scheme}`)
        if (process.env.PICTURES) {
          for (const [width, height] of [
            [1440, 900],
            [1024, 768],
          ] as const) {
            await page.setViewportSize({ width, height })
            const name = `${path.split('/').at(-1)}-${language}-${scheme}-${width}.png`
            await page.screenshot({ path: `${process.env.PICTURES}/${name}` })
          }
          await page.setViewportSize({ width: 1440, height: 900 })
        }
      }
      await shows('/tickets', words.ticket.newest)
      await shows(ticket, words.note.inside)
      await shows('/calls', words.history.result_missed)
      await shows('/phone/test', words.preflight.start)
    }
    expect(found).toEqual([])
  },
  300_000,
)
