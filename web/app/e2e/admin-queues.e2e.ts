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

async function service(b: Boss): Promise<string> {
  const { body } = await b.ask('GET', '/admin/services?q=한빛몰')
  return (body as { items: { id: string }[] }).items[0]?.id ?? ''
}

test('a queue is made by the keyboard alone, gets an agent, and says when nobody can take its calls', async () => {
  const b = await boss()
  const { page } = b
  const of = await service(b)
  await b.at('queues')
  await page.getByRole('link', { name: '큐 추가' }).focus()
  await page.keyboard.press('Enter')
  const name = page.getByLabel('이름')
  await name.focus()
  await page.keyboard.type('<b>심야</b> 상담 🛎️')
  await page.keyboard.press('Tab')
  await page.keyboard.type('112')
  await page.getByRole('button', { name: '저장' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('긴급번호는 쓸 수 없어요.').waitFor()
  await page.getByRole('button', { name: /큐 번호: 긴급번호/ }).press('Enter')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('7771')
  await page.keyboard.press('Enter')
  const made = page.getByRole('link', { name: '<b>심야</b> 상담 🛎️' })
  await made.waitFor()
  await page.getByRole('row', { name: /심야/ }).getByText('받을 수 있는 상담원이 없어요').waitFor()

  await made.press('Enter')
  await page.getByRole('status').getByText('이 큐로 온 전화는 아무도 받지 못해요').waitFor()
  const find = page.getByRole('combobox', { name: '상담원 추가' })
  await find.focus()
  await find.press('ArrowDown')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  const member = page.locator('.tbl.members tbody tr').first()
  await member.getByText('받을 수 있어요').waitFor()
  await page.getByRole('combobox', { name: '필요 스킬' }).fill('VIP')
  await page.keyboard.press('Enter')
  await member.getByText('부족한 스킬: VIP').waitFor()
  await member.getByRole('combobox', { name: /스킬$/ }).fill('vip')
  await page.keyboard.press('Enter')
  await member.getByText('받을 수 있어요').waitFor()
  await page.getByRole('button', { name: '저장' }).press('Enter')
  await page.getByRole('row', { name: /심야/ }).getByText('1명 / 1명').waitFor()
  const { body } = await b.ask('GET', `/admin/queues?service=${of}&q=7771`)
  expect((body as { items: { skills: string[] }[] }).items[0]?.skills).toEqual(['vip'])
})

test('a queue that is used is replaced by another: its number leads there', async () => {
  const b = await boss()
  const { page } = b
  const of = await service(b)
  const queue = (number: string, name: string) => ({
    service: of,
    name,
    number,
    strategy: 'longest_idle',
    reclaim_seconds: 30,
    miss_limit: 2,
    waiting_limit: 0,
    answer_seconds: 20,
    music: '',
    say_every_seconds: 0,
    skills: [],
    members: [],
  })
  const old = (await b.ask('POST', '/admin/queues', queue('7781', '옛 큐'))).body as { id: string }
  await b.ask('POST', '/admin/queues', queue('7782', '새 큐'))
  await b.ask('POST', '/admin/numbers', { number: '1588-7781', name: '대표', queue: old.id, flow: '', trunk: '' })
  await b.at(`queues/${old.id}`)
  await page.getByRole('button', { name: '삭제', exact: true }).click()
  const dialog = page.getByTestId('replace')
  expect(await b.faults('replace')).toEqual([])
  await dialog.getByRole('combobox', { name: '대신할 큐' }).selectOption({ label: '새 큐 (7782)' })
  await dialog.getByRole('button', { name: '다른 큐로 바꾸고 삭제' }).click()
  await page.getByRole('link', { name: '큐 추가' }).waitFor()
  await b.at('numbers')
  await page
    .getByRole('row', { name: /1588-7781/ })
    .getByRole('link', { name: '새 큐' })
    .waitFor()
  await page.getByRole('link', { name: '1588-7781' }).click()
  await page.getByRole('radio', { name: '시나리오' }).check()
  await page.getByRole('combobox', { name: '시나리오' }).click()
  await page.getByRole('option').first().click()
  await page.getByRole('button', { name: '저장' }).click()
  await page
    .getByRole('row', { name: /1588-7781/ })
    .getByText('시나리오', { exact: true })
    .waitFor()
})

test.each([
  ['ko', 'light', koAdmin],
  ['en', 'dark', enAdmin],
  ['ko', 'dark', koAdmin],
  ['en', 'light', enAdmin],
] as const)('axe finds nothing serious on the screens (%s, %s)', async (language, scheme, words) => {
  const b = await boss({ language, scheme })
  const { page } = b
  const of = await service(b)
  const { body } = await b.ask('GET', `/admin/queues?service=${of}`)
  const first = (body as { items: { id: string; name: string }[] }).items[0]
  const found: unknown[] = []
  for (const [path, title] of [
    ['queues', words.menu.queues],
    [`queues/${first?.id}`, first?.name ?? ''],
    ['queues/new', words.queues.add],
    ['numbers', words.menu.numbers],
    ['numbers/new', words.numbers.add],
  ] as const) {
    await b.at(path)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await soon(() => page.locator('[aria-busy=true]').count()).toBe(0)
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      found.push(...(await b.faults(`${path} ${width}`)))
      await b.picture(`${path.replace('/', '-').slice(0, 14)}-${language}-${scheme}-${width}`)
    }
  }
  expect(found).toEqual([])
})
