import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { Agent } from './agent.ts'
import { expectNothingLeft } from './asterisk.ts'
import { Customer, hangUpAll } from './customer.ts'
import { reclaimSeconds } from './server.ts'

const bellhop = inject('bellhop')
let agents: Agent[] = []

async function agent(options: Parameters<typeof Agent.open>[1] = {}): Promise<Agent> {
  const a = await Agent.open(bellhop, options)
  agents.push(a)
  return a
}

beforeEach(() => {
  agents = []
})

afterEach(async () => {
  await hangUpAll()
  for (const a of agents) await a.close()
  await expectNothingLeft(bellhop)
})

test('a caller and an agent hear each other, a ticket opens, the agent hangs up', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const customer = new Customer(bellhop, { tone: 440 })
  await seoyeon.state('offered')
  const card = seoyeon.offer()
  await expect.poll(() => card.textContent()).toContain('010-1234-5678')
  expect(await card.textContent()).toContain('주문·배송')
  expect(await card.textContent()).toContain('한빛몰 고객센터')
  await expect.poll(() => seoyeon.page.title()).toMatch(/전화|📞|010/)

  await seoyeon.accept()
  await seoyeon.hears(440)
  await customer.hears(1000)

  await expect.poll(() => seoyeon.page.url()).toMatch(/\/tickets\/\d+$/)
  const ticket = seoyeon.page.getByRole('main')
  await expect.poll(() => ticket.textContent()).toContain('처리중')
  expect(await ticket.textContent()).toContain('010-1234-5678')
  expect(await ticket.textContent()).toContain(seoyeon.user.name)

  await seoyeon.hangUp()
  await seoyeon.state('work')
  expect(await customer.exited).toBe(0)
  expect(customer.has('ended')).toBeTruthy()
  await seoyeon.page.getByRole('button', { name: /확인/ }).click()
  await seoyeon.state('ready')
})

test('exactly one ticket is opened for a call, and its events tell the story', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const customer = new Customer(bellhop, { from: '0248900001' })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await seoyeon.hears(440)
  await customer.hangUp()
  await seoyeon.state('work')
  const tickets = await seoyeon.page.evaluate(async () => (await fetch('/api/v1/tickets?limit=200')).json())
  const mine = tickets.tickets.filter((t: { customer_number: string }) => t.customer_number === '0248900001')
  expect(mine).toHaveLength(1)
  const read = () => seoyeon.page.evaluate(async (n) => (await fetch(`/api/v1/tickets/${n}`)).json(), mine[0].number)
  await expect
    .poll(async () => (await read()).events.map((e: { kind: string }) => e.kind))
    .toEqual(['arrived', 'queued', 'offered', 'connected', 'ended'])
  expect(await read()).toMatchObject({ channel: 'phone', status: 'processing', agent: { name: seoyeon.user.name } })
})

test('with nobody ready the caller hears music; the moment somebody is, he is offered the call', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.signIn()
  await seoyeon.ctiSignIn()
  const customer = new Customer(bellhop, { tone: 440 })
  await customer.until('answered')
  await customer.hearsMusic()
  expect(await seoyeon.offer().isVisible()).toBe(false)
  await seoyeon.choose('대기')
  await seoyeon.state('offered', 1_500)
  await seoyeon.accept()
  await customer.hears(1000)
  await customer.hangUp()
  await seoyeon.state('work')
})

test('a declined call goes to the next agent; the one who declined is no longer ready', async () => {
  const seoyeon = await agent({ user: 0, tone: 1000 })
  const jihun = await agent({ user: 1, tone: 1300 })
  await seoyeon.ready()
  await jihun.ready()
  const customer = new Customer(bellhop, { tone: 440 })
  await seoyeon.state('offered') // ready longest
  expect(await jihun.offer().isVisible()).toBe(false)
  await seoyeon.decline()
  await seoyeon.state('default')
  await jihun.state('offered')
  await jihun.accept()
  await customer.hears(1300)
  await jihun.hears(440)
  await customer.hangUp()
  await jihun.state('work')
})

test('an unanswered call is taken back after the reclaim time and offered to another agent', async () => {
  const seoyeon = await agent({ user: 0 })
  const jihun = await agent({ user: 1, tone: 1300 })
  await seoyeon.ready()
  const customer = new Customer(bellhop)
  await seoyeon.state('offered')
  const rung = Date.now()
  await jihun.ready()
  await seoyeon.state('default', (reclaimSeconds + 2) * 1000)
  expect(Date.now() - rung).toBeGreaterThan((reclaimSeconds - 2) * 1000)
  await jihun.state('offered', 2_000)
  await jihun.accept()
  await customer.hears(1300)
  await jihun.hangUp()
  await jihun.state('work')
})

test('a caller who hangs up while it rings stops the ringing, and the agent stays ready', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const customer = new Customer(bellhop)
  await seoyeon.state('offered')
  await customer.hangUp()
  await seoyeon.state('ready', 2_000)
  expect(await seoyeon.offer().isVisible()).toBe(false)
})

test('a page reload never drops a call', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const customer = new Customer(bellhop, { tone: 440 })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await customer.hears(1000)
  await seoyeon.page.reload()
  await seoyeon.state('talking', 10_000)
  await seoyeon.hears(440, 10_000)
  await customer.hears(1000, 10_000)
  await seoyeon.hangUp()
  await seoyeon.state('work')
})

test('a second page of the same agent shows the same state and can drive it', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const second = await seoyeon.context.newPage()
  await second.goto(`${bellhop.url}/phone`)
  const state = () => second.getByTestId('phone-state').first().getAttribute('data-state')
  await expect.poll(state, { timeout: 10_000 }).toBe('ready')
  await second.getByRole('radio', { name: '휴식' }).click()
  await seoyeon.state('break')
})
