import { expect, test } from 'vitest'
import { Customer } from './customer.ts'
import { agent, bellhop, talking, target } from './scene.ts'

test('a reload in mid-call: both hear each other again, and the customer never hears himself', async () => {
  const { seoyeon, customer } = await talking()
  const before = customer.events.length
  const until = Date.now() + 5_000
  await seoyeon.page.reload()
  await seoyeon.hears(440, until - Date.now())
  await customer.hears(1000, until - Date.now())
  await seoyeon.state('talking')
  const echoed = customer.events.slice(before).filter((e) => (e.tones?.['440'] ?? 0) > 0.6)
  expect(echoed).toEqual([])
  expect(customer.has('ended')).toBeFalsy()
})

test('the page is away for a while: the customer hears music or silence until it is back', async () => {
  const { seoyeon, customer } = await talking()
  await seoyeon.page.goto('about:blank')
  await expect.poll(() => customer.share(1000), { timeout: 5_000, interval: 50 }).toBeLessThan(0.1)
  expect(customer.share(440)).toBeLessThan(0.1)
  const until = Date.now() + 5_000
  await seoyeon.page.goBack()
  await seoyeon.hears(440, until - Date.now())
  await customer.hears(1000, until - Date.now())
  await seoyeon.state('talking')
  expect(customer.has('ended')).toBeFalsy()
})

test('a call answered in the tab without the sound is heard in the one with it', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const second = await seoyeon.tab()
  await second.page.getByTestId('elsewhere').waitFor()
  const customer = new Customer(bellhop)
  await second.state('offered')
  await second.accept()
  await seoyeon.state('talking')
  await seoyeon.hears(440)
  await customer.hears(1000)
  await second.hearsNothing()
  await second.hangUp()
  await seoyeon.state('work')
})

test('the tab with the sound is closed in mid-call: the other one has it', async () => {
  const { seoyeon, customer } = await talking()
  const second = await seoyeon.tab()
  await second.page.getByTestId('elsewhere').waitFor()
  const until = Date.now() + 3_000
  await seoyeon.page.close()
  await second.hears(440, until - Date.now())
  await customer.hears(1000, until - Date.now())
  await second.state('talking')
  await second.hangUp()
  await second.state('work')
  expect(await customer.exited).toBe(0)
  await second.signOut()
})

test('전화받기 clicked in two tabs at once: one call, one ticket, nobody is told off', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const second = await seoyeon.tab()
  const customer = new Customer(bellhop, { from: '01055550001' })
  await seoyeon.state('offered')
  await second.state('offered')
  const at = Date.now() + 500
  const pressed = await Promise.all([seoyeon, second].map(({ page }) => page.evaluate(pressAccept, at)))
  expect(pressed).toEqual([true, true])
  await seoyeon.state('talking')
  await second.state('talking')
  await seoyeon.hears(440)
  await customer.hears(1000)
  for (const a of [seoyeon, second]) {
    await expect.poll(() => a.page.url()).toMatch(/\/tickets\/\d+$/)
    expect(await a.page.getByText('처리하지 못했어요').count()).toBe(0)
  }
  expect(second.page.url()).toBe(seoyeon.page.url())
  const connected = seoyeon.page.getByRole('main').getByText(`${seoyeon.user.name} 연결`)
  await expect.poll(() => connected.count()).toBe(1)
  await second.hangUp()
  await seoyeon.state('work')
  await second.state('work')
})

test('another computer asks first; 여기서 사용 brings the call there, and the first one is told', async () => {
  const { seoyeon, customer } = await talking()
  const home = await agent({ tone: 1300 })
  await home.enter()
  await home.state('talking')
  const dialog = home.page.getByRole('alertdialog', { name: '다른 컴퓨터에서 전화를 쓰고 있어요' })
  await home.press('여기서 듣기')
  await dialog.getByRole('button', { name: '취소' }).click()
  await dialog.waitFor({ state: 'detached' })
  await seoyeon.hears(440)
  await home.press('여기서 듣기')
  await dialog.getByRole('button', { name: '여기서 사용' }).click()
  await home.hears(440)
  await customer.hears(1300)
  await expect
    .poll(() => seoyeon.page.getByTestId('elsewhere').textContent())
    .toContain('다른 컴퓨터에서 전화를 이어받았어요')
  await seoyeon.hearsNothing()
  await home.state('talking')
  expect(customer.has('ended')).toBeFalsy()
})

test('the browser is closed in mid-call: the same customer comes to another agent', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  const closed = Date.now()
  await seoyeon.browser.close()
  await customer.hearsMusic()
  await jihun.state('offered', 30_000)
  expect(Date.now() - closed, 'a short loss changes nothing').toBeGreaterThan(15_000)
  await expect.poll(() => jihun.offer().textContent()).toContain('010-1234-5678')
  await jihun.accept()
  await jihun.hears(440)
  await customer.hears(1300)
  expect(customer.has('ended')).toBeFalsy()
  const again = await agent()
  await again.enter()
  await again.press('여기서 듣기')
  await again.state('default')
})

// pressAccept clicks at the given time, to the millisecond: a click of Playwright waits for the other one's outcome.
function pressAccept(at: number): Promise<boolean> {
  return new Promise((done) => {
    setTimeout(() => {
      const button = document.querySelector<HTMLButtonElement>('[data-testid="offer-card"] .yes')
      button?.click()
      done(button !== null)
    }, at - Date.now())
  })
}
