import { expect, test } from 'vitest'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'

test('a wrong password is refused in words', async () => {
  const seoyeon = await agent()
  await seoyeon.page.goto(bellhop.url)
  await seoyeon.page.getByLabel('아이디').fill(seoyeon.user.login)
  await seoyeon.page.getByLabel('비밀번호', { exact: true }).fill('wrong')
  await seoyeon.page.getByRole('button', { name: '로그인', exact: true }).click()
  await expect.poll(() => seoyeon.page.getByRole('alert').first().textContent()).toMatch(/비밀번호/)
})

for (const microphone of ['refused', 'missing'] as const) {
  test(`with the microphone ${microphone} the agent is told how to mend it and cannot be ready`, async () => {
    const seoyeon = await agent({ microphone })
    await seoyeon.signIn()
    await seoyeon.page.getByRole('button', { name: /CTI 로그인/ }).click()
    await expect.poll(() => seoyeon.page.getByRole('complementary').first().textContent()).toMatch(/마이크/)
    expect(await seoyeon.page.getByRole('radio', { name: '대기', disabled: false }).count()).toBe(0)
  })
}

test('a number that leads nowhere is told so', async () => {
  const customer = new Customer(bellhop, { to: '4711' })
  await expect.poll(() => customer.level(), { timeout: 8_000, interval: 50 }).toBeGreaterThan(-45)
  expect(await customer.exited).not.toBe(0)
  expect(customer.has('answered')).toBeFalsy()
})

const hostileNames = {
  html: '<script>document.title="owned"</script>',
  'four kilobytes': '가'.repeat(1400),
  'line breaks': 'a\r\nX-Injected: yes\r\n',
  emoji: '👩‍👩‍👧‍👦 \u202e고객',
  nothing: '',
}

test('hostile caller names and numbers are shown as text or not at all', { timeout: 180_000 }, async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  for (const [what, name] of Object.entries(hostileNames)) {
    const customer = new Customer(bellhop, { name, from: what === 'nothing' ? '' : '<b>0100</b>' })
    await seoyeon.state('offered')
    const text = (await seoyeon.offer().textContent()) ?? ''
    expect(text.length, what).toBeLessThan(600)
    expect(await seoyeon.page.title(), what).not.toBe('owned')
    expect(await seoyeon.offer().locator('b, script').count(), what).toBe(0)
    await customer.hangUp()
    await seoyeon.state('ready')
  }
})

test('a websocket from another origin is refused', async () => {
  const seoyeon = await agent()
  await seoyeon.signIn()
  const elsewhere = await seoyeon.context.newPage()
  await elsewhere.goto('data:text/html,<p>elsewhere</p>')
  const outcome = await elsewhere.evaluate(
    (url) =>
      new Promise((done) => {
        const socket = new WebSocket(url)
        socket.onopen = () => done('open')
        socket.onerror = () => done('refused')
      }),
    `${bellhop.url.replace('http', 'ws')}/api/v1/live`,
  )
  expect(outcome).toBe('refused')
})
