import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, inject, test } from 'vitest'
import { enAdmin } from '../src/i18n/en.admin.ts'
import { koAdmin } from '../src/i18n/ko.admin.ts'
import { Boss, type BossOptions } from './boss.ts'
import { soon } from './soon.ts'

const bellhop = inject('bellhop')
let open: Boss[] = []

afterEach(async () => {
  for (const b of open) await b.close()
  open = []
})

async function boss(options?: BossOptions): Promise<Boss> {
  const b = await Boss.open(bellhop, options)
  open.push(b)
  return b
}

const file = (name: string, content: string) => {
  const path = join(bellhop.dir, name)
  writeFileSync(path, content)
  return path
}

test('a number is asked for, reviewed, completed and ordered; agents see it at once, and only then', async () => {
  const b = await boss()
  const { page } = b
  const agent = await boss({ role: 'agent' })
  const shown = async () =>
    ((await agent.ask('GET', '/phone/caller-ids')).body as { caller_ids: { number: string }[] }).caller_ids.map(
      (c) => c.number,
    )
  const before = await shown()

  await b.at('caller-ids')
  await page.getByRole('link', { name: '발신번호 등록' }).first().click()
  await page.getByLabel('발신번호').fill('119')
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('alert').getByText('발신번호로 쓸 수 없는 번호예요.').waitFor()
  await page.getByLabel('발신번호').fill('+82 70 0780 1140')
  await page.getByLabel('이름').fill('배송 안내')
  await page.getByRole('button', { name: '저장' }).click()
  const details = page.getByTestId('details')
  await details.getByText('070-0780-1140').waitFor()
  await details.getByText('서류가 있어야 심사할 수 있어요.').waitFor()
  await details.locator('input[type=file]').setInputFiles(file('virus.pdf', 'MZ this program cannot be run'))
  await details.getByText('PDF, PNG, JPEG 파일만 올릴 수 있어요.').waitFor()
  await details.locator('input[type=file]').setInputFiles(file('이용증명원_1140.pdf', '%PDF-1.7 proof'))
  await details.getByRole('button', { name: '심사 시작' }).click()
  await details.locator('.pill').getByText('심사중').waitFor()
  await details.getByRole('button', { name: '반려' }).click()
  await page.getByRole('textbox', { name: '반려 이유' }).fill('발급일이 3개월을 지났어요.')
  await page.getByTestId('review').getByRole('button', { name: '반려' }).click()
  await details.locator('.strip').getByText('발급일이 3개월을 지났어요.').waitFor()
  await details.locator('input[type=file]').setInputFiles(file('new.pdf', '%PDF-1.7 newer proof'))
  await details.locator('.pill').getByText('등록 신청').waitFor()
  expect(await shown()).toEqual(before)
  await details.getByRole('button', { name: '등록 완료로 바꾸기' }).click()
  const soonOver = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
  await page.getByLabel('만료일').fill(soonOver)
  await page.getByTestId('review').getByRole('button', { name: '등록 완료로 바꾸기' }).click()
  await details.locator('.pill').getByText('등록 완료').waitFor()
  await soon(shown).toEqual([...before, '07007801140'])
  await page.getByText('곧 만료되는 번호가').waitFor()

  await page.getByRole('button', { name: '070-0780-1140 맨 위로' }).press('Enter')
  await soon(shown).toEqual(['07007801140', ...before])
  await page.getByText('070-0780-1140: 1번째로 옮겼어요.').waitFor()
  await soon(() => page.locator('ol.ordered[aria-busy=true]').count()).toBe(0)
  await page.getByRole('button', { name: '070-0780-1140 아래로' }).press('Enter')
  await soon(async () => (await shown())[1]).toBe('07007801140')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'new.pdf' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('new.pdf')
  await details.getByRole('button', { name: '삭제' }).click()
  await page.getByTestId('delete').getByRole('button', { name: '삭제' }).click()
  await soon(shown).toEqual(before)
})

test('two admins order the numbers of a service: the second is told, and sees the order as it is', async () => {
  const [one, two] = await Promise.all([boss(), boss()])
  await Promise.all([one.at('caller-ids'), two.at('caller-ids')])
  const names = async (b: Boss) => (await b.page.locator('ol.ordered .cidline a.num').allTextContents()).slice(0, 2)
  await soon(async () => (await names(two)).length).toBe(2)
  const [first, second] = await names(one)
  await one.page.getByRole('button', { name: `${second} 위로` }).click()
  await soon(() => names(one)).toEqual([second, first])
  await two.page.getByRole('button', { name: `${first} 아래로` }).click()
  await two.page.getByText('다른 사람이 먼저 순서를 바꿨어요').waitFor()
  await soon(() => names(two)).toEqual([second, first])
  await one.page.getByRole('button', { name: `${second} 아래로` }).click()
  await soon(() => names(one)).toEqual([first, second])
})

test('a number that is not registered is refused before anything is dialled, whatever is sent (B28)', async () => {
  const agent = await boss({ role: 'agent' })
  for (const callerId of ['0299999999', '15881234', "' or 1=1"]) {
    const response = await agent.context.request.post(`${bellhop.url}/api/v1/calls`, {
      data: { to: '010-0482-7735', caller_id: callerId },
      headers: { Origin: bellhop.url, 'Idempotency-Key': crypto.randomUUID() },
    })
    expect([409, 422], await response.text()).toContain(response.status())
  }
})

test.each([
  ['ko', 'light', koAdmin],
  ['en', 'dark', enAdmin],
  ['ko', 'dark', koAdmin],
  ['en', 'light', enAdmin],
] as const)('axe finds nothing serious on the screens (%s, %s)', async (language, scheme, words) => {
  const b = await boss({ language, scheme })
  const { page } = b
  const { body } = await b.ask('GET', '/admin/caller-ids')
  const items = (body as { items: { id: string; state: string }[] }).items
  const one = items.find((c) => c.state !== 'completed') ?? items[0]
  const found: unknown[] = []
  for (const [path, title] of [
    ['caller-ids', words.menu['caller-ids']],
    [`caller-ids/${one?.id}`, words.menu['caller-ids']],
    ['caller-ids/new', words.callerIds.add],
  ] as const) {
    await b.at(path)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await soon(() => page.locator('[aria-busy=true]').count()).toBe(0)
    if (path.length > 20) await page.getByTestId('details').waitFor()
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      found.push(...(await b.faults(`${path} ${width}`)))
      await b.picture(`${path.replace('/', '-').slice(0, 16)}-${language}-${scheme}-${width}`)
    }
  }
  expect(found).toEqual([])
})
