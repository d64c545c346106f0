import { expect, test } from 'vitest'
import type { Agent } from './agent.ts'
import { agent, bellhop, talking, target } from './scene.ts'

interface Answer {
  status: number
  code: string
}

// asks posts a command as any program could, and is what the server says.
function asks(who: Agent, path: string, body: object, key = ''): Promise<Answer> {
  return who.page.evaluate(
    async ([path, body, key]) => {
      const r = await fetch(`/api/v1${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) },
        body,
      })
      const text = await r.text()
      return { status: r.status, code: text ? JSON.parse(text).code : '' }
    },
    [path, JSON.stringify(body), key] as const,
  )
}

interface Seen {
  id: string
  version: number
  phase: string
}

function callOf(who: Agent): Promise<Seen> {
  return who.page.evaluate(async () => (await (await fetch('/api/v1/phone')).json()).call)
}

// atCarrier is how many calls have gone out so far.
async function atCarrier(): Promise<number> {
  return (await (await fetch(`${bellhop.carrier.http}/calls`)).json()).calls.length
}

const everywhere: [string, string, RegExp][] = [
  ['empty', '', /번호를 입력하세요/],
  ['letters', 'seoyeon', /전화번호가 아니에요/],
  ['60 digits', '0'.repeat(60), /전화번호가 아니에요/],
  ['his own extension', '2041', /내 내선/],
  ['a number of the company', '1000', /우리 회사의 번호/],
  ['nobody’s extension', '4711', /걸 수 있는 번호가 아니에요/],
  ['a foreign number', '+1 212 555 0100', /국제전화를 걸 수 없어요/],
  ['a premium number', '060-700-1234', /유료전화를 걸 수 없어요/],
  ['a colleague who is not in 대기', '2042', /지금 대기가 아니에요/],
]

test('걸기 refuses in words, and nothing is dialled', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const jihun = await agent({ user: 1 })
  await jihun.signIn()
  await jihun.ctiSignIn()
  const before = await atCarrier()
  await seoyeon.press('걸기')
  const form = seoyeon.page.getByRole('form', { name: '걸기' })
  for (const [what, number, words] of [...everywhere, ['a queue', '7100', /걸 수 있는 번호가 아니에요/] as const]) {
    await form.getByLabel('고객번호').fill(number)
    await form.getByRole('button', { name: '걸기', exact: true }).click()
    await expect.poll(() => form.getByRole('alert').textContent(), { message: what }).toMatch(words)
    await seoyeon.state('ready')
  }
  for (const [what, number] of everywhere) {
    const { status, code } = await asks(seoyeon, '/calls', { to: number })
    expect([409, 422], `${what} past the screen: ${code}`).toContain(status)
  }
  await seoyeon.state('ready')
  await jihun.state('default')
  expect(await atCarrier()).toBe(before)
})

test('호전환 refuses in words, and the customer notices nothing', async () => {
  const { seoyeon, customer } = await talking({ from: '01055502001' })
  const jihun = await agent({ user: 1 })
  await jihun.signIn()
  await jihun.ctiSignIn()
  const was = await callOf(seoyeon)
  await seoyeon.press('호전환')
  const window = seoyeon.page.getByTestId('transfer-window')
  await window.getByRole('tab', { name: '직접 입력' }).click()
  for (const [what, number, words] of [
    ...everywhere,
    ['the customer himself', '010-5550-2001', /지금 통화 중인 고객/] as const,
  ]) {
    await window.getByRole('textbox').first().fill(number)
    await window.getByRole('textbox').first().press('Enter')
    await expect.poll(() => window.getByRole('alert').textContent(), { message: what }).toMatch(words)
    await seoyeon.state('talking')
  }
  expect(await callOf(seoyeon)).toMatchObject({ id: was.id, version: was.version, phase: 'talking' })
  await customer.hears(1000)
  await seoyeon.hears(440)
})

test('119 is shown as what it is, and is never refused', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  await seoyeon.press('걸기')
  const form = seoyeon.page.getByRole('form', { name: '걸기' })
  await form.getByLabel('고객번호').fill('119')
  await expect.poll(() => form.textContent()).toContain('긴급전화')
  await form.getByRole('button', { name: '걸기', exact: true }).click()
  await seoyeon.state('talking', 8_000)
  await seoyeon.hears(790)
  const { calls } = await (await fetch(`${bellhop.carrier.http}/calls`)).json()
  expect(calls.at(-1)).toMatchObject({ number: '119' })
})

test('a favourite’s name is text, whatever is in it', async () => {
  const { seoyeon } = await talking()
  const name = '<img src=x onerror="document.title=\'owned\'"><b>굵게</b>'
  await seoyeon.press('호전환')
  const window = seoyeon.page.getByTestId('transfer-window')
  await window.getByRole('tab', { name: '자주 사용되는 번호' }).click()
  await window.getByRole('button', { name: '호전환 번호 추가' }).click()
  await window.getByLabel('이름', { exact: true }).fill(name)
  await window.getByLabel('번호', { exact: true }).fill('031-815-2205')
  await window.getByRole('button', { name: '저장' }).click()
  const row = window.getByTestId('favourite-row')
  await expect.poll(() => row.textContent()).toContain(name)
  expect(await row.locator('img, b').count()).toBe(0)
  expect(await seoyeon.page.title()).not.toContain('owned')
  await window.getByRole('button', { name: '목록 편집' }).click()
  await window.getByRole('button', { name: `${name} 삭제` }).click()
  await expect.poll(() => window.getByRole('alert').textContent()).toContain(name)
  await window.getByRole('button', { name: '삭제', exact: true }).click()
  await row.waitFor({ state: 'detached' })
})

test('commands in the wrong phase, or of a state that has passed: 409 too_late, nothing changes', async () => {
  const { seoyeon, customer } = await talking()
  const was = await callOf(seoyeon)
  const tooLate = { status: 409, code: 'too_late' }
  const { version } = was
  for (const verb of [
    'accept',
    'decline',
    'resume',
    'cancel-consult',
    'connect-customer',
    'swap',
    'three-way',
    'drop-target',
  ]) {
    expect(await asks(seoyeon, `/calls/${was.id}/${verb}`, { version }), verb).toEqual(tooLate)
  }
  for (const verb of ['hold', 'hangup', 'end-hostile']) {
    expect(await asks(seoyeon, `/calls/${was.id}/${verb}`, { version: version + 1 }), verb).toEqual(tooLate)
  }
  expect(await callOf(seoyeon)).toMatchObject({ id: was.id, version, phase: 'talking' })
  expect(await asks(seoyeon, '/calls', { to: '010-9040-3310' })).toEqual({ status: 409, code: 'in_call' })
  await customer.hears(1000)
  await seoyeon.hears(440)
})

test('the same command twice with one Idempotency-Key is done once', async () => {
  const { seoyeon, customer } = await talking()
  const { id, version } = await callOf(seoyeon)
  const key = `hold-${id}`
  expect(await asks(seoyeon, `/calls/${id}/hold`, { version }, key)).toMatchObject({ status: 204 })
  const held = await callOf(seoyeon)
  expect(held.phase).toBe('holding')
  expect(await asks(seoyeon, `/calls/${id}/hold`, { version }, key)).toMatchObject({ status: 204 })
  expect(await callOf(seoyeon)).toMatchObject({ version: held.version, phase: 'holding' })
  expect(await asks(seoyeon, `/calls/${id}/hangup`, { version: held.version }, key)).toEqual({
    status: 409,
    code: 'key_reused',
  })
  await customer.hearsMusic()
  await seoyeon.press('해제')
  await customer.hears(1000)
})

test('걸기 twice with one Idempotency-Key goes out once', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const before = await atCarrier()
  const key = `dial-${Date.now()}`
  const answers = await Promise.all([
    asks(seoyeon, '/calls', { to: '010-9040-3310' }, key),
    asks(seoyeon, '/calls', { to: '010-9040-3310' }, key),
  ])
  expect(answers.map((a) => a.status)).toEqual([204, 204])
  await seoyeon.state('talking', 8_000)
  expect(await atCarrier()).toBe(before + 1)
})

test('somebody else’s call is not there, for any command', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  const { id, version } = await callOf(seoyeon)
  const notFound = { status: 404, code: 'not_your_call' }
  for (const verb of ['accept', 'hangup', 'hold', 'connect-customer', 'end-hostile']) {
    expect(await asks(jihun, `/calls/${id}/${verb}`, { version }), verb).toEqual(notFound)
  }
  expect(await asks(jihun, `/calls/${id}/mute`, { version, on: true })).toEqual(notFound)
  expect(await asks(jihun, `/calls/${id}/keys`, { version, keys: '1' })).toEqual(notFound)
  expect(await asks(jihun, `/calls/${id}/consult`, { version, to: '2043' })).toEqual(notFound)
  expect(await asks(jihun, `/calls/${id}/transfer`, { version, to: '2042' })).toEqual(notFound)
  const card = await jihun.page.evaluate(async (call) => (await fetch(`/api/v1/calls/${call}/card`)).status, id)
  expect(card).toBe(404)
  expect(await callOf(seoyeon)).toMatchObject({ version, phase: 'talking' })
  await customer.hears(1000)
})

test('바로전환 without the right to it is refused', async () => {
  const jihun = await target()
  await jihun.dials('010-9040-3310')
  await jihun.state('talking', 8_000)
  await jihun.press('호전환')
  const window = jihun.page.getByTestId('transfer-window')
  await window.getByRole('tab', { name: '직접 입력' }).click()
  expect(await window.getByRole('button', { name: /다른 방법/ }).count()).toBe(0)
  const { id, version } = await callOf(jihun)
  expect((await asks(jihun, `/calls/${id}/transfer`, { version, to: '7200' })).code).toBe('not_allowed')
  expect(await callOf(jihun)).toMatchObject({ version, phase: 'talking' })
})
