// Faults on the agent's side (quality F9-F15): what his browser, his computer and his network do to a call.
import { expect, test } from 'vitest'
import { Customer } from './customer.ts'
import { crash, cut, elapsed, freeze } from './faults.ts'
import { agent, talking, target } from './scene.ts'

test('the tab crashes in mid-call: a new tab has the call and its sound, the customer stayed', async () => {
  const { seoyeon, customer } = await talking()
  await crash(seoyeon)
  const again = await seoyeon.tab()
  const until = Date.now() + 5_000
  await again.hears(440, until - Date.now())
  await customer.hears(1000, until - Date.now())
  await again.state('talking')
  expect(customer.has('ended')).toBeFalsy()
  await again.hangUp()
  await again.state('work')
  expect(await customer.exited).toBe(0)
  await again.signOut()
})

test('the page is gone without a word in mid-call, and a new one comes: the same call, not queued again', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  const ticket = new URL(seoyeon.page.url()).pathname
  await seoyeon.page.close({ runBeforeUnload: false })
  await customer.hearsMusic()
  const again = await seoyeon.tab()
  const until = Date.now() + 5_000
  await again.hears(440, until - Date.now())
  await customer.hears(1000, until - Date.now())
  await expect.poll(() => new URL(again.page.url()).pathname).toBe(ticket)
  await jihun.state('ready')
  await again.hangUp()
  expect(await customer.exited).toBe(0)
  await again.signOut()
})

test('a frozen tab is offered no calls; they go to somebody else, and it is told when it is back', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const thaw = await freeze(seoyeon)
  const frozen = Date.now()
  const jihun = await target()
  await elapsed(frozen, 12_000) // without a sign of life from the page for 10 s it cannot be reached
  const customer = new Customer(jihun.bellhop, { tone: 440 })
  await jihun.state('offered')
  await jihun.accept()
  await jihun.hears(440)
  await elapsed(frozen, 36_000) // longer than the grace: a short nap changes nothing
  await thaw()
  await seoyeon.state('default', 20_000)
  await seoyeon.page.locator('[data-testid="notice"][data-kind="was_unreachable"]').waitFor()
  await jihun.hangUp()
  expect(await customer.exited).toBe(0)
})

test('8 s without network: agent and customer hear each other again, in the same call', async () => {
  const { seoyeon, customer } = await talking()
  const restore = await cut(seoyeon)
  const lost = Date.now()
  try {
    await expect.poll(() => customer.share(1000), { timeout: 8_000, interval: 50 }).toBeLessThan(0.1)
    await elapsed(lost, 8_000)
  } finally {
    restore()
  }
  const until = Date.now() + 8_000
  await seoyeon.hears(440, until - Date.now())
  await customer.hears(1000, until - Date.now())
  await seoyeon.state('talking')
  expect(customer.has('ended')).toBeFalsy()
  await seoyeon.hangUp()
  expect(await customer.exited).toBe(0)
})

test('40 s without network: the customer waits again, in front; the agent comes back as 기본 and is told why', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  const restore = await cut(seoyeon)
  const lost = Date.now()
  try {
    await customer.hearsMusic(16_000) // media gives the sound 10 s to come back
    await jihun.state('offered', 40_000)
    await jihun.accept()
    await jihun.hears(440)
    await customer.hears(1300)
    await elapsed(lost, 40_000)
  } finally {
    restore()
  }
  await seoyeon.state('default', 20_000)
  expect(await seoyeon.page.getByTestId('offer-card').count()).toBe(0)
  await seoyeon.page.locator('[data-testid="notice"][data-kind="was_unreachable"]').waitFor()
  await jihun.hangUp()
  expect(await customer.exited).toBe(0)
})

test('UDP is blocked: the sound goes over TCP', async () => {
  const seoyeon = await agent({ tone: 1000, flags: ['--force-webrtc-ip-handling-policy=disable_non_proxied_udp'] })
  await seoyeon.ready()
  const customer = new Customer(seoyeon.bellhop, { tone: 440 })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await seoyeon.hears(440)
  await customer.hears(1000)
  await seoyeon.hangUp()
  expect(await customer.exited).toBe(0)
})
