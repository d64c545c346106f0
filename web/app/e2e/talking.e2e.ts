import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bellhop, talking } from './scene.ts'
import { repository } from './server.ts'

test('보류: the customer hears music only, 해제: both hear each other again', async () => {
  const { seoyeon, customer } = await talking()
  await seoyeon.press('보류')
  await seoyeon.state('holding')
  await customer.hearsMusic()
  await seoyeon.hearsNothing()
  await seoyeon.press('해제')
  await seoyeon.state('talking')
  await customer.hears(1000)
  await seoyeon.hears(440)
})

test('음소거: the customer hears nothing until it is switched off', async () => {
  const { seoyeon, customer } = await talking()
  await seoyeon.press(/음소거/)
  await expect.poll(() => customer.share(1000), { timeout: 5_000, interval: 50 }).toBeLessThan(0.1)
  await seoyeon.hears(440)
  await seoyeon.press(/음소거/)
  await customer.hears(1000)
})

test('the state chosen during a call is the next one', async () => {
  const { seoyeon, customer } = await talking()
  await seoyeon.page.getByLabel('통화가 끝나면').selectOption('break')
  await customer.hangUp()
  await seoyeon.state('break')
})

test('the next state is a chip: 업무(티켓처리) can be chosen too, and the x forgets it', async () => {
  const { seoyeon, customer } = await talking()
  const next = seoyeon.page.getByTestId('next-state')
  const list = seoyeon.page.getByLabel('통화가 끝나면')
  const clear = next.getByRole('button', { name: '선택 취소' })
  const chosen = () =>
    seoyeon.page.evaluate(async () => (await (await fetch('/api/v1/phone')).json()).next as object | null)
  expect(await clear.count()).toBe(0)
  await list.selectOption('work:ticket')
  await clear.waitFor()
  await expect.poll(chosen).toMatchObject({ presence: 'work', kind: 'ticket' })
  await expect.poll(() => list.inputValue()).toBe('work:ticket')
  await list.selectOption('break')
  await expect.poll(chosen).toMatchObject({ presence: 'break' })
  await clear.click()
  await clear.waitFor({ state: 'detached' })
  await expect.poll(chosen).toBeNull()
  await expect.poll(() => list.inputValue()).toBe('')
  await customer.hangUp()
  await seoyeon.state('work')
})

test('강성종료: the very announcement can be heard before, by this agent only, and a reason be given', async () => {
  const { seoyeon, customer } = await talking()
  const { id } = await seoyeon.page.evaluate(async () => (await (await fetch('/api/v1/phone')).json()).call)
  const path = `/api/v1/calls/${id}/hostile-end`
  const played = readFileSync(join(repository, 'deploy/asterisk/sound/hostile-end.wav'))
  const words = readFileSync(join(repository, 'deploy/asterisk/sound/hostile-end.txt'), 'utf8')
  expect((await fetch(`${bellhop.url}${path}/sound`)).status).toBe(401)
  const served = await seoyeon.page.evaluate(async (url) => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('')
  }, `${path}/sound`)
  expect(served).toBe(createHash('sha256').update(played).digest('hex'))

  await seoyeon.press('강성종료')
  const dialog = seoyeon.page.getByTestId('hostile-dialog')
  await expect.poll(() => dialog.getByTestId('hostile-script').textContent()).toBe(words.trim())
  const preview = dialog.getByRole('button', { name: /미리 듣기|멈추기/ })
  await expect.poll(() => preview.textContent()).toMatch(/미리 듣기 00:1\d/)
  await preview.click()
  const at = () => dialog.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime)
  await expect.poll(at, { timeout: 5_000 }).toBeGreaterThan(0.5)
  await customer.hears(1000)
  expect(customer.events.some((e) => e.event === 'tone_on' && e.hz === 784)).toBe(false)
  await preview.click()
  await expect.poll(() => preview.textContent()).toMatch(/미리 듣기/)

  await dialog.getByRole('button', { name: '협박' }).click()
  await dialog.getByRole('button', { name: '폭언·욕설' }).click()
  expect(await dialog.getByRole('button', { pressed: true }).allTextContents()).toEqual(['폭언·욕설'])
  await dialog.getByRole('button', { name: /멘트 송출 후 종료/ }).click()
  await seoyeon.state('work', 3_000)
  expect(await customer.exited).toBe(0)
  await expect.poll(() => seoyeon.page.getByTestId('ticket').textContent()).toMatch(/강성종료.*폭언·욕설/)
})

test('강성종료: the agent is off the line, the customer hears the whole announcement, then the line is cut', async () => {
  const { seoyeon, customer } = await talking()
  await seoyeon.press('강성종료')
  const dialog = seoyeon.page.getByTestId('hostile-dialog')
  await expect.poll(() => dialog.textContent()).toMatch(/종료합니다/)
  await dialog.getByRole('button', { name: '계속 통화' }).click()
  await seoyeon.state('talking')
  await seoyeon.press('강성종료')
  await dialog.getByRole('button', { name: /멘트 송출 후 종료/ }).click()
  await seoyeon.state('work', 3_000)
  await expect.poll(() => customer.share(1000), { timeout: 3_000, interval: 50 }).toBeLessThan(0.1)
  expect(customer.has('ended')).toBeFalsy()
  expect(await customer.exited).toBe(0)
  const tones = customer.events.filter((e) => e.event === 'tone_on').map((e) => e.hz)
  expect(
    tones.filter((hz) => hz === 784).length,
    'the announcement begins and ends with its tones',
  ).toBeGreaterThanOrEqual(2)
  await seoyeon.page.getByRole('button', { name: /휴식/ }).first().waitFor()
})

test('a customer who hangs up on hold leaves nothing behind', async () => {
  const { seoyeon, customer } = await talking()
  await seoyeon.press('보류')
  await seoyeon.state('holding')
  await customer.hangUp()
  await seoyeon.state('work')
})
