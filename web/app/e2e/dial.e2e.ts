import { expect, test } from 'vitest'
import { agent, bellhop } from './scene.ts'

test('걸기: ringback, the customer answers, both hear each other, a ticket opens', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  await seoyeon.dials('010-9040-3310')
  await seoyeon.state('dialling')
  await seoyeon.state('talking', 8_000)
  await seoyeon.hears(700)
  await expect.poll(() => seoyeon.page.url()).toMatch(/\/tickets\/\d+$/)
  const { calls } = await (await fetch(`${bellhop.carrier.http}/calls`)).json()
  expect(calls.at(-1)).toMatchObject({ number: '01090403310', caller_id: '0206924100', state: 'up' })
  await seoyeon.hangUp()
  await seoyeon.state('work')
})

const outcomes: [string, string, RegExp][] = [
  ['busy', '010-9040-3370', /통화 ?중/],
  ['refused', '010-9040-3371', /거절|받지 않/],
  ['not in service', '010-9040-3373', /없는 번호/],
  ['a network error', '010-9040-3376', /통신|연결/],
]

for (const [what, number, words] of outcomes) {
  test(`${what} is said in words`, async () => {
    const seoyeon = await agent()
    await seoyeon.ready()
    await seoyeon.dials(number)
    await seoyeon.state('ready', 10_000)
    await expect.poll(() => seoyeon.page.getByTestId('notice').first().textContent()).toMatch(words)
  })
}

test('a call that rings is cancelled', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  await seoyeon.dials('010-9040-3372')
  await seoyeon.state('dialling')
  await seoyeon.hangUp()
  await seoyeon.state('ready')
})

test('a number that is not registered cannot be shown, whatever the browser sends', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const answer = await seoyeon.page.evaluate(async () => {
    const r = await fetch('/api/v1/calls', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ to: '01090403310', caller_id: '0299999999' }),
    })
    return { status: r.status, code: (await r.json()).code }
  })
  expect(answer.code).toBe('caller_id_refused')
  await seoyeon.state('ready')
})

test('while a number is typed, whose it is and his last contact are said', async () => {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  await seoyeon.press('걸기')
  const form = seoyeon.page.getByRole('form', { name: '걸기' })
  const known = form.getByTestId('known')
  await form.getByLabel('고객번호').pressSequentially('010-9999-4411')
  await expect.poll(() => known.textContent()).toBe('미등록 고객이전 상담 없음')
  await form.getByLabel('고객번호').fill('2042')
  await expect.poll(() => known.textContent()).toBe('')
  await form.getByLabel('고객번호').fill('+82 10-0925-6614')
  await expect.poll(() => known.textContent()).toMatch(/^정하윤VIP/)
  expect(await known.getAttribute('role')).toBe('status')
  await form.getByLabel('고객번호').press('Enter')
  await seoyeon.state('talking', 8_000)
  await seoyeon.hangUp()
  await seoyeon.state('work')
  await seoyeon.press('걸기')
  await form.getByLabel('고객번호').fill('01009256614')
  await expect.poll(() => known.textContent()).toMatch(/^정하윤VIP최근 상담.*처리중/)
})

test('whose number it is, is for agents of the service only', async () => {
  const seoyeon = await agent()
  await seoyeon.signIn()
  const asks = (query: string) =>
    seoyeon.page.evaluate(async (q) => (await fetch(`/api/v1/phone/lookup${q}`)).status, query)
  const services = await seoyeon.page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).services)
  expect(services).toMatchObject([{ name: '한빛몰 고객센터' }])
  expect(await seoyeon.page.getByTestId('service').textContent()).toBe('한빛몰 고객센터')
  expect(await asks(`?service=${services[0].id}&number=01004827735`)).toBe(200)
  expect(await asks('?service=00000000-0000-4000-8000-000000000000&number=01004827735')).toBe(404)
  expect(await asks('?number=01004827735')).toBe(422)
  const stranger = await fetch(`${bellhop.url}/api/v1/phone/lookup?service=${services[0].id}&number=01004827735`)
  expect(stranger.status).toBe(401)
})
