import { expect, test } from 'vitest'
import { talking } from './scene.ts'

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
