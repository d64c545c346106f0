import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { en } from '../src/i18n/en.ts'
import { ko } from '../src/i18n/ko.ts'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'

interface Violation {
  screen: string
  rule: string
  at: string[]
}

async function violations(page: Page, screen: string): Promise<Violation[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ screen, rule: id, at: nodes.map((n) => `${n.target} ${n.any[0]?.message ?? ''}`) }))
}

for (const [language, scheme, words] of [
  ['ko', 'light', ko],
  ['en', 'dark', en],
] as const) {
  test(`axe finds nothing serious on any screen of the phone (${language}, ${scheme})`, async () => {
    const seoyeon = await agent({ tone: 1000 })
    const { page, context, user } = seoyeon
    const found: Violation[] = []
    const look = async (screen: string) => found.push(...(await violations(page, screen)))
    const press = (name: string) => page.getByTestId('phone-panel').getByRole('button', { name, exact: true }).click()
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await context.addInitScript(
      ([l, s]) => {
        localStorage.setItem('bellhop.language', l)
        localStorage.setItem('mantine-color-scheme-value', s)
      },
      [language, scheme] as const,
    )

    await page.goto(bellhop.url)
    await page.getByLabel(words.signin.login, { exact: true }).fill(user.login)
    const html = page.locator('html')
    expect(await html.getAttribute('lang')).toBe(language)
    expect(await html.getAttribute('data-mantine-color-scheme')).toBe(scheme)
    await look('sign-in')
    await page.getByLabel(words.signin.password, { exact: true }).fill(user.password)
    await page.getByRole('button', { name: words.signin.submit, exact: true }).click()

    await page.getByTestId('phone-panel').getByRole('button', { name: words.phone.signIn }).waitFor()
    await look('ticket list, signed out')
    await press(words.phone.signIn)
    await seoyeon.state('default')
    await page.getByRole('radio', { name: words.state.ready }).click()
    await seoyeon.state('ready')
    await look('idle')

    await press(words.dial.open)
    await page.getByLabel(words.dial.to).fill('010-9040-3310')
    await look('dial')
    await page.getByLabel(words.dial.to).press('Escape')

    const customer = new Customer(bellhop)
    await seoyeon.state('offered')
    await look('offer')
    await press(words.offer.accept)
    await seoyeon.state('talking')
    await customer.hears(1000)
    await expect.poll(() => page.url()).toMatch(/\/tickets\/\d+$/)
    await look('talking')

    await press(words.controls.hold)
    await seoyeon.state('holding')
    await look('holding')
    await press(words.controls.resume)
    await seoyeon.state('talking')

    const transfer = page.getByTestId('transfer-window')
    await press(words.controls.transfer)
    for (const tab of ['groups', 'favourites', 'direct'] as const) {
      await transfer.getByRole('tab', { name: words.transfer[tab] }).click()
      await look(`transfer, ${tab}`)
    }
    await transfer.getByRole('textbox').first().fill('031-815-2205')
    await transfer.getByRole('button', { name: words.transfer.consult }).click()
    await seoyeon.state('consulting')
    await look('consult, ringing')
    await seoyeon.hears(650, 8_000)
    await page.getByRole('button', { name: words.consult.swap }).waitFor()
    await look('consult')
    await page
      .getByTestId('phone-panel')
      .getByRole('button', { name: new RegExp(`^${words.consult.cancel}`) })
      .click()
    await seoyeon.state('holding')
    await press(words.controls.resume)
    await seoyeon.state('talking')

    await press(words.controls.hostile)
    const hostile = page.getByTestId('hostile-dialog')
    await hostile.waitFor()
    await look('hostile')
    await hostile.getByRole('button', { name: words.hostile.keep }).click()

    await press(words.call.hangUp)
    await seoyeon.state('work')
    await page.getByTestId('notice').waitFor()
    await look('after-call')
    expect(found).toEqual([])
  })
}

test('a call by keyboard alone: answered, held, resumed, ended', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { keyboard } = seoyeon.page
  await seoyeon.ready()
  const customer = new Customer(bellhop)
  await seoyeon.state('offered')
  await keyboard.press('Control+Alt+KeyA')
  await seoyeon.state('talking')
  const connected = Date.now()
  await seoyeon.hears(440)
  await customer.hears(1000)
  await keyboard.press('Control+Alt+KeyH')
  await seoyeon.state('holding')
  await customer.hearsMusic()
  await keyboard.press('Control+Alt+KeyH')
  await seoyeon.state('talking')
  await customer.hears(1000)
  await expect.poll(() => Date.now() - connected, { timeout: 2_000 }).toBeGreaterThan(1_000)
  await keyboard.press('Control+Alt+KeyE')
  await seoyeon.state('work')
  expect(await customer.exited).toBe(0)
})

test('a second press on the heels of 전화받기 does not end the call', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const customer = new Customer(bellhop)
  await seoyeon.state('offered')
  // In the page itself, so that it comes with the very change of state that shows the call.
  await seoyeon.page.evaluate(() => {
    const state = document.querySelector('[data-testid="phone-state"]')
    if (!state) throw new Error('no state')
    const observer = new MutationObserver(() => {
      if (state.getAttribute('data-state') !== 'talking') return
      observer.disconnect()
      dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyE', key: 'e', ctrlKey: true, altKey: true }))
      document.documentElement.dataset.pressed = 'yes'
    })
    observer.observe(state, { attributes: true })
  })
  await seoyeon.page.keyboard.press('Control+Alt+KeyA')
  await expect.poll(() => seoyeon.page.locator('html').getAttribute('data-pressed'), { timeout: 5_000 }).toBe('yes')
  const connected = Date.now()
  await customer.hears(1000)
  await seoyeon.hears(440)
  await expect.poll(() => Date.now() - connected, { timeout: 2_000 }).toBeGreaterThan(1_000)
  await seoyeon.state('talking')
  await seoyeon.page.evaluate(() => {
    dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyE', key: 'e', ctrlKey: true, altKey: true }))
  })
  await seoyeon.state('work')
})

test('? lists the shortcuts, and Esc closes the list', async () => {
  const seoyeon = await agent()
  await seoyeon.signIn()
  const list = seoyeon.page.getByRole('dialog', { name: '단축키' })
  await seoyeon.page.keyboard.press('?')
  await expect.poll(() => list.getByRole('row', { name: /전화받기/ }).textContent()).toContain('CtrlAltA')
  await expect.poll(() => list.getByRole('row', { name: /끊기/ }).textContent()).toContain('CtrlAltE')
  expect(await list.textContent()).toContain('강성종료에는 단축키가 없어요')
  await seoyeon.page.keyboard.press('Escape')
  await list.waitFor({ state: 'detached' })
})
