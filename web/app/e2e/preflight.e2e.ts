import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { agent } from './scene.ts'
import { soon } from './soon.ts'

const check = (page: Page) => page.getByTestId('preflight')
const step = (page: Page, id: string) => check(page).locator(`[data-step="${id}"]`)
const state = (page: Page, id: string) => step(page, id).getAttribute('data-state')
const verdict = (page: Page) => check(page).locator('[data-verdict]').getAttribute('data-verdict')

test('통화 점검 by keyboard: one’s own voice is recorded, heard and not kept; the verdict; again from the sound settings', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { page } = seoyeon
  await seoyeon.signIn()
  await seoyeon.ctiSignIn()
  await page.getByTestId('preflight-prompt').getByRole('link', { name: '통화 점검' }).click()
  await check(page).getByRole('button', { name: '점검 시작' }).focus()
  await page.keyboard.press('Enter')
  await soon(() => step(page, 'voice').textContent(), { timeout: 10_000 }).toContain('지금 말해 보세요')
  await soon(() => step(page, 'voice').locator('.lvl').getAttribute('data-level'), { interval: 50 }).toMatch(/[3-5]/)
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.method()))
  await soon(() => state(page, 'voice'), { timeout: 20_000 }).toBe('ask')
  expect(sent.filter((method) => method !== 'GET')).toEqual([])
  await soon(() => page.evaluate(() => document.activeElement?.textContent)).toBe('들려요')
  await page.keyboard.press('Enter')
  await soon(() => state(page, 'registration'), { timeout: 20_000 }).toBe('ok')
  expect(await verdict(page)).toBe('good')
  expect(await state(page, 'speaker')).toBe('ok')
  expect(await check(page).getByRole('status').textContent()).toMatch(/좋음.*7개 중 7개 통과/)

  await page.getByRole('link', { name: '티켓', exact: true }).click()
  await page.getByRole('button', { name: '소리 설정 열기' }).click()
  await page.getByRole('dialog', { name: '소리 설정' }).getByRole('link', { name: '통화 점검' }).click()
  await check(page).getByRole('button', { name: '다시 점검' }).click()
  await check(page).getByRole('button', { name: '건너뛰기' }).click({ timeout: 10_000 })
  await soon(() => state(page, 'speaker'), { timeout: 10_000 }).toBe('ask')
  await check(page).getByRole('button', { name: '들려요', exact: true }).click()
  await soon(() => verdict(page), { timeout: 20_000 }).toBe('fair')
  expect(await step(page, 'voice').textContent()).toContain('목소리를 들어 보지 않았어요')
})

test('a microphone that is refused is said in words, and nothing that needs it is tried', async () => {
  const seoyeon = await agent({ microphone: 'missing' })
  const { page } = seoyeon
  await seoyeon.signIn()
  await page.goto(new URL('/phone/test', page.url()).href)
  await check(page).getByRole('button', { name: '점검 시작' }).click()
  await soon(() => verdict(page)).toBe('bad')
  expect(await state(page, 'permission')).toBe('bad')
  expect(await state(page, 'voice')).toBe('skipped')
})
