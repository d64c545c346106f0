// The agent's network (quality F12, F15): it changes in mid-call, or lets no sound through.
import { expect, test } from 'vitest'
import { Customer } from './customer.ts'
import { type Path, pathOf } from './path.ts'
import { agent, bellhop, type talking } from './scene.ts'

async function talkingOver(): Promise<{ path: Path } & Awaited<ReturnType<typeof talking>>> {
  const seoyeon = await agent({ tone: 1000 })
  const path = await pathOf(seoyeon)
  await seoyeon.ready()
  const customer = new Customer(bellhop, { tone: 440, probes: [440, 1000] })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await seoyeon.hears(440)
  await customer.hears(1000)
  return { seoyeon, customer, path }
}

test('the computer changes its network in mid-call: the sound is back within 2 s, in the same session', async () => {
  const { seoyeon, customer, path } = await talkingOver()
  try {
    const before = await path.sessions()
    await path.move()
    const moved = Date.now()
    await seoyeon.page.evaluate(() => window.dispatchEvent(new Event('online')))
    await seoyeon.hears(440, 4_000)
    await customer.hears(1000, 4_000)
    expect(Date.now() - moved).toBeLessThan(3_000) // 2 s, and what it takes to measure a tone
    expect(await path.sessions()).toBe(before)
    await seoyeon.state('talking')
    expect(customer.has('ended')).toBeFalsy()
    await seoyeon.hangUp()
    expect(await customer.exited).toBe(0)
  } finally {
    path.close()
  }
})

test('the way of the sound dies without a word: the page looks for another one', async () => {
  const { seoyeon, customer, path } = await talkingOver()
  try {
    path.drop(true)
    await path.restarted(12_000)
    path.drop(false)
    await seoyeon.hears(440, 6_000)
    await customer.hears(1000, 6_000)
    await seoyeon.hangUp()
    expect(await customer.exited).toBe(0)
  } finally {
    path.close()
  }
})

test('a network that lets no sound through is said to within 5 s, and no call comes', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const path = await pathOf(seoyeon)
  try {
    path.drop(true)
    await seoyeon.signIn()
    await seoyeon.page.getByRole('button', { name: /CTI 로그인/ }).click()
    const asked = Date.now()
    await seoyeon.page.getByText('이 네트워크가 통화 소리를 막고 있어요.').waitFor({ timeout: 10_000 })
    expect(Date.now() - asked).toBeLessThan(5_000)
    expect(await seoyeon.page.getByTestId('phone-state').first().getAttribute('data-state')).not.toBe('ready')
    path.drop(false)
    await seoyeon.state('default', 15_000)
  } finally {
    path.close()
  }
})
