import { expect, test } from 'vitest'
import type { Agent } from './agent.ts'
import { Customer } from './customer.ts'
import { agent, bellhop, talking, target } from './scene.ts'

const probes = [440, 1000, 1300, 523, 784]

// endsHostile is 강성종료 with its confirmation.
async function endsHostile(who: Agent): Promise<void> {
  await who.press('강성종료')
  const dialog = who.page.getByTestId('hostile-dialog')
  await dialog.getByRole('button', { name: /멘트 송출 후 종료/ }).click()
  await who.state('work', 3_000)
}

// hearsTheEnd: the announcement begins and ends with its tones, then the line is cut.
async function hearsTheEnd(customer: Customer): Promise<void> {
  const before = customer.events.length
  expect(await customer.exited).toBe(0)
  const tones = customer.events.slice(before).filter((e) => e.event === 'tone_on' && e.hz === 784)
  expect(tones.length).toBeGreaterThanOrEqual(1)
  expect(customer.has('ended')).toMatchObject({ by: 'them' })
}

// offered waits for the next call of somebody, and is the text of its card.
async function offered(who: Agent): Promise<() => Promise<string | null>> {
  await who.state('offered')
  return () => who.offer().textContent()
}

async function ticketOf(who: Agent): Promise<string> {
  await expect.poll(() => who.page.url()).toMatch(/\/tickets\/\d+$/)
  return new URL(who.page.url()).pathname
}

test('the card of a known customer: name, grade, the last tickets, and 강성종료 of the call before', async () => {
  const from = '01004827735'
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const first = new Customer(bellhop, { from, probes })
  let card = await offered(seoyeon)
  await expect.poll(card).toMatch(/이수진.*골드.*010-0482-7735/)
  expect(await card()).not.toContain('강성종료')
  await seoyeon.accept()
  await first.hears(1000)
  const ticket = await ticketOf(seoyeon)
  await first.hangUp()
  await seoyeon.state('work')

  await seoyeon.choose('대기')
  const second = new Customer(bellhop, { from, probes })
  card = await offered(seoyeon)
  await expect.poll(card).toMatch(/최근 티켓 1/)
  expect(await seoyeon.offer().locator(`a[href$="${ticket}"]`).count()).toBe(1)
  await seoyeon.accept()
  await second.hears(1000)
  await expect.poll(() => ticketOf(seoyeon)).not.toBe(ticket)
  const hostile = await ticketOf(seoyeon)
  await endsHostile(seoyeon)
  await hearsTheEnd(second)
  await seoyeon.page.goto(`${bellhop.url}${hostile}`)
  await expect.poll(() => seoyeon.page.getByTestId('ticket').textContent()).toMatch(/강성종료/)
  const { hostile_at } = await seoyeon.page.evaluate(
    async (number) => await (await fetch(`/api/v1/tickets/${number}`)).json(),
    hostile.split('/').at(-1),
  )
  expect(hostile_at).toBeTruthy()

  await seoyeon.state('work')
  await seoyeon.choose('대기')
  await seoyeon.state('ready')
  const third = new Customer(bellhop, { from, probes })
  card = await offered(seoyeon)
  await expect.poll(card).toMatch(/강성종료 1회/)
  await expect.poll(card).toMatch(/최근 티켓 2/)
  await third.hangUp()
  await seoyeon.state('ready')
})

test('the card of an unknown number shows the number and no history', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const customer = new Customer(bellhop, { from: '01055501001' })
  const card = await offered(seoyeon)
  await expect.poll(card).toContain('010-5550-1001')
  expect(await card()).not.toMatch(/최근 티켓|강성종료/)
  await customer.hangUp()
  await seoyeon.state('ready')
})

test('강성종료 from 보류', async () => {
  const { seoyeon, customer } = await talking({ from: '01055501002' })
  await seoyeon.press('보류')
  await seoyeon.state('holding')
  await customer.hearsMusic()
  await endsHostile(seoyeon)
  await hearsTheEnd(customer)
})

test('강성종료 from a consult: the colleague is off the line too', async () => {
  const { seoyeon, customer } = await talking({ from: '01055501003' })
  const jihun = await target()
  await seoyeon.consults('2042')
  await jihun.state('offered')
  await jihun.accept()
  await seoyeon.hears(1300)
  await endsHostile(seoyeon)
  await jihun.hearsNothing()
  await hearsTheEnd(customer)
  await expect
    .poll(() => jihun.page.evaluate(async () => (await (await fetch('/api/v1/phone')).json()).call ?? null))
    .toBeNull()
})

test('키패드: clicks and keys arrive at the other end, in order', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  await seoyeon.dials('010-9040-3379')
  await seoyeon.state('talking', 8_000)
  await seoyeon.hears(1000)
  const arrived = async () => {
    const { calls } = await (await fetch(`${bellhop.carrier.http}/calls`)).json()
    return calls.at(-1).keys
  }
  await seoyeon.press('키패드')
  const pad = seoyeon.page.getByTestId('keypad')
  for (const key of ['1', '0', '*']) await pad.getByRole('button', { name: `${key} 누르기`, exact: true }).click()
  await expect.poll(arrived, { timeout: 8_000, interval: 100 }).toBe('10*')
  for (const key of ['7', '9', '#']) await seoyeon.page.keyboard.press(key)
  await expect.poll(arrived, { timeout: 8_000, interval: 100 }).toBe('10*79#')
  await expect.poll(() => pad.getByLabel('보낸 번호').textContent()).toBe('10*79#')
})
