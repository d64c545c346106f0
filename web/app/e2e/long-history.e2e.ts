import { expect, test } from 'vitest'
import { pastCalls } from './calls.ts'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'
import { soon } from './soon.ts'

test('a thousand calls: page by page in one order without gaps, each with its words; the missed ones alone', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { page } = seoyeon
  await seoyeon.signIn()
  await seoyeon.ctiSignIn()
  const { agent: who } = await page.evaluate(async () => (await fetch('/api/v1/phone')).json())
  pastCalls(bellhop, who.extension, 1000)
  await page.goto(`${bellhop.url}/calls`)
  const rows = page.getByTestId('history').getByRole('listitem')
  const more = page.getByRole('button', { name: '더 보기' })
  // whole shows every page, and gives the rows of the calls that were written, in the order shown.
  const whole = async () => {
    await soon(() => rows.count()).toBe(50)
    for (let shown = 50; (await more.count()) > 0; shown = await rows.count()) {
      await more.click()
      await soon(() => rows.count()).toBeGreaterThan(shown)
      await soon(async () => (await more.count()) === 0 || (await more.isEnabled())).toBe(true)
    }
    return (await rows.allTextContents()).filter((text) => text.includes('010-5000'))
  }
  const numberOf = (text: string) => Number(/010-5000-(\d{4})/.exec(text)?.[1])
  const all = await whole()
  expect(all.map(numberOf)).toEqual(Array.from({ length: 1000 }, (_, n) => 999 - n))
  const words = (n: number) => all[999 - n]
  expect(words(990)).toMatch(/받음.*받은 전화.*통화 1분 23초.*보류 5초.*고객이 끊음/)
  expect(words(991)).toContain('놓침')
  expect(words(992)).toMatch(/연결됨.*건 전화.*내가 끊음/)
  expect(words(993)).toContain('고객이 먼저 끊음')
  expect(words(994)).toContain('통화 중')
  expect(words(995)).toContain('호전환')
  expect(words(997)).toContain('받지 않음')
  expect(words(998)).toContain('없는 번호')
  expect(words(999)).toContain('연결 실패')

  await page.getByText('놓친 전화', { exact: true }).click()
  await soon(() => page.locator('[data-result="answered"]').count()).toBe(0)
  expect((await whole()).map(numberOf)).toEqual(
    Array.from({ length: 1000 }, (_, n) => 999 - n).filter((n) => [1, 3, 9].includes(n % 10)),
  )
})

test('how a call sounded is stored once, also over a reload, and stands in its line', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { page } = seoyeon
  await seoyeon.ready()
  const customer = new Customer(bellhop, { from: '01060001234' })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await customer.hears(1000)
  await page.getByTestId('quality').waitFor()
  const reports: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'PUT' && request.url().includes('/quality/')) reports.push(request.url())
  })
  await page.reload()
  await seoyeon.hears(440)
  await page.getByTestId('quality').waitFor()
  expect(reports).toEqual([])
  await customer.hangUp()
  await seoyeon.state('work')
  await page.goto(`${bellhop.url}/calls`)
  const row = page.getByTestId('history').getByRole('listitem').filter({ hasText: '010-6000-1234' })
  const sounded = row.locator('.sounded')
  const measured = async () => {
    const { calls } = await page.evaluate(async () => (await fetch('/api/v1/phone/history?limit=1')).json())
    return calls[0]
  }
  await soon(async () => (await measured()).quality?.duration_ms ?? 0, { timeout: 15_000 }).toBeGreaterThan(0)
  await soon(() => new Set(reports).size, { timeout: 15_000 }).toBe(2)
  await page.reload()
  await sounded.locator('summary').click()
  expect(await sounded.textContent()).toMatch(/통화 품질 (좋음|보통|나쁨).*MOS \d\.\d · 지연 \d+ ms/)
  const { call, quality } = await measured()
  expect(quality.mos).toBeGreaterThan(1)

  // Sent again it changes nothing; what is not his, or nonsense, is refused.
  const put = (url: string, body: object) =>
    page.evaluate(
      async ([u, b]) =>
        (
          await fetch(u as string, {
            method: 'PUT',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(b),
          })
        ).status,
      [url, body] as const,
    )
  const figures = {
    started_at: new Date().toISOString(),
    duration_ms: 1,
    loss: 1,
    jitter_ms: 0,
    jitter_max_ms: 0,
    rtt_ms: 0,
    rtt_max_ms: 0,
    no_incoming_ms: 0,
    no_outgoing_ms: 0,
    dead_microphone_ms: 0,
  }
  const part = '01995f3e-0000-4000-8000-0000000000aa'
  expect(await put(`/api/v1/calls/01995f3e-0000-7000-8000-000000000009/quality/${part}`, figures)).toBe(404)
  expect(await put(`/api/v1/calls/${call}/quality/${part}`, { ...figures, loss: 2 })).toBe(422)
  expect((await measured()).quality).toEqual(quality)
})
