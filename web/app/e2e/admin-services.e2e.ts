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

test('a service is made, found, changed and deleted; every change stands in its history', async () => {
  const { page } = await boss().then(async (b) => {
    await b.at('services')
    return b
  })
  await page.getByRole('link', { name: '서비스 추가' }).click()
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('alert').getByText('고쳐야 할 곳이 1개 있어요').waitFor()
  const name = page.getByLabel('이름')
  expect(await name.getAttribute('aria-invalid')).toBe('true')
  const described = await name.getAttribute('aria-describedby')
  expect(await page.locator(`[id="${described?.split(' ').pop()}"]`).textContent()).toBe('꼭 입력해 주세요.')
  await page.getByRole('button', { name: /이름: 꼭 입력해 주세요/ }).click()
  await page.keyboard.type('기술지원 <b>A&B</b>')
  await page.getByRole('switch', { name: '아웃바운드(OB)' }).press('Space')
  await page.getByRole('button', { name: '저장' }).click()

  await page.getByRole('link', { name: '기술지원 <b>A&B</b>' }).waitFor()
  await page.getByRole('searchbox', { name: '검색' }).fill('기술지원'.normalize('NFD'))
  await soon(() => page.locator('tbody tr').count()).toBe(1)
  expect(page.url()).toContain('q=')
  await page.reload()
  await page.getByRole('link', { name: '기술지원 <b>A&B</b>' }).click()
  await page.getByText('변경 기록').waitFor()
  expect(await page.getByRole('switch', { name: '아웃바운드(OB)' }).isChecked()).toBe(false)

  await page.getByRole('switch', { name: '문자' }).press('Space')
  await page.getByRole('link', { name: '감사 로그' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: '계속 입력' }).click()
  expect(page.url()).toMatch(/services\/[0-9a-f-]+$/)
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('link', { name: '감사 로그' }).click()
  const newest = page.locator('tbody tr').first()
  await newest.getByText('수정').waitFor()
  await newest.getByRole('button').click()
  expect(await page.locator('.changes tbody').textContent()).toBe('문자끔켬')

  await newest.getByRole('link', { name: '기술지원 <b>A&B</b>' }).click()
  await page.getByRole('button', { name: '삭제', exact: true }).click()
  await page.getByTestId('delete').getByRole('button', { name: '삭제' }).click()
  await page.getByRole('link', { name: '서비스 추가' }).waitFor()
  await soon(() => page.getByRole('link', { name: '기술지원 <b>A&B</b>' }).count()).toBe(0)
})

test('what is in use is not deleted: it says where', async () => {
  const { page } = await boss().then(async (b) => {
    await b.at('services')
    return b
  })
  await page.getByRole('link', { name: '한빛몰 고객센터' }).click()
  await page.getByRole('button', { name: '삭제', exact: true }).click()
  await page.getByTestId('delete').getByRole('button', { name: '삭제' }).click()
  await page.getByText('사용 중이라 삭제할 수 없어요').waitFor()
  await page.getByTestId('delete').getByText('주문·배송').waitFor()
  await page.keyboard.press('Escape')
  await soon(() => page.getByTestId('delete').count()).toBe(0)
})

test('two admins edit one service: the second is told who was first and what differs, and nothing is lost silently', async () => {
  const [first, second] = await Promise.all([boss(), boss({ language: 'en' })])
  const made = await first.ask('POST', '/admin/services', service('둘이 고치는 서비스'))
  const id = (made.body as { id: string }).id
  await Promise.all([first.at(`services/${id}`), second.at(`services/${id}`)])
  await first.page.getByRole('switch', { name: '채팅' }).press('Space')
  await second.page.getByRole('switch', { name: 'SMS' }).press('Space')
  await first.page.getByRole('button', { name: '저장' }).click()
  await first.page.getByRole('link', { name: '서비스 추가' }).waitFor()

  await second.page.getByRole('button', { name: 'Save' }).click()
  const dialog = second.page.getByTestId('conflict')
  await dialog.getByText('Somebody else changed this first').waitFor()
  expect(await dialog.textContent()).toMatch(/Changed by: .+ · \d{4}-/)
  expect(await dialog.locator('tbody tr').allTextContents()).toEqual(['ChatOnOff', 'SMSOffOn'])
  expect(await second.faults('conflict')).toEqual([])
  await dialog.getByRole('button', { name: 'Load what is saved' }).click()
  await soon(() => second.page.getByRole('switch', { name: 'Chat' }).isChecked()).toBe(true)
  expect(await second.page.getByRole('switch', { name: 'SMS' }).isChecked()).toBe(false)

  await first.ask('PUT', `/admin/services/${id}`, { ...service('다시 바뀐 이름'), version: 2 })
  await second.page.getByRole('switch', { name: 'SMS' }).press('Space')
  await second.page.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('button', { name: 'Save what I entered' }).click()
  await second.page.getByRole('link', { name: 'Add a service' }).waitFor()
  const now = (await first.ask('GET', `/admin/services/${id}`)).body as Record<string, unknown>
  expect(now).toMatchObject({ name: '둘이 고치는 서비스', chat: true, sms: true, version: 4 })
  await first.ask('DELETE', `/admin/services/${id}`)
})

test('an upload shows what would change and which rows are wrong before anything is kept', async () => {
  const b = await boss()
  const { page } = b
  const kinds = ['상담 관리', '이슈 관리']
  const rows = Array.from({ length: 500 }, (_, i) => `올린 서비스 ${String(i).padStart(3, '0')},${kinds[i % 2]},Y`)
  const wrong = [...rows]
  wrong[6] = `${'가'.repeat(101)},상담 관리,Y`
  wrong[98] = '빈 유형,없는 유형,Y'
  wrong[398] = '스위치,상담 관리,글쎄'
  const file = (name: string, lines: string[]) => {
    const path = join(bellhop.dir, name)
    writeFileSync(path, `\ufeff이름,유형,전화\n${lines.join('\n')}\n`)
    return path
  }
  await b.at('services')
  await page.getByRole('button', { name: '엑셀로 올리기' }).click()
  const dialog = page.getByTestId('upload')
  await dialog.locator('input[type=file]').setInputFiles(file('wrong.csv', wrong))
  await soon(() => dialog.locator('tbody tr td:first-child').allTextContents()).toEqual(['8', '100', '400'])
  expect(await dialog.getByRole('button', { name: '이대로 저장' }).isDisabled()).toBe(true)
  expect(await b.faults('upload')).toEqual([])
  await b.picture('upload')
  await dialog.locator('input[type=file]').setInputFiles(file('right.csv', rows))
  await soon(() => dialog.locator('.counts dd').allTextContents()).toEqual(['500', '0', '0', '0'])
  await dialog.getByRole('button', { name: '이대로 저장' }).click()
  await dialog.getByText('500건을 저장했어요.').waitFor()
  await dialog.getByRole('button', { name: '닫기' }).click()
  await soon(() => page.getByText('501건 중').textContent()).toContain('1–50')
  await page.getByRole('button', { name: '다음 쪽' }).click()
  await soon(() => page.url()).toContain('page=2')

  const [downloaded] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '엑셀로 받기' }).click(),
  ])
  const again = join(bellhop.dir, 'again.xlsx')
  await downloaded.saveAs(again)
  await page.getByRole('button', { name: '엑셀로 올리기' }).click()
  await dialog.locator('input[type=file]').setInputFiles(again)
  await soon(() => dialog.locator('.counts dd').allTextContents()).toEqual(['0', '0', '501', '0'])
})

test.each([
  ['ko', 'light', koAdmin],
  ['en', 'dark', enAdmin],
] as const)('axe finds nothing serious on the screens (%s, %s)', async (language, scheme, words) => {
  const b = await boss({ language, scheme })
  const { page } = b
  const found: unknown[] = []
  for (const [path, title] of [
    ['services', words.menu.services],
    ['services/new', words.services.add],
    ['audit', words.menu.audit],
    ['access-log', words.menu['access-log']],
  ] as const) {
    await b.at(path)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await soon(() => page.locator('[aria-busy=true]').count()).toBe(0)
    if (path === 'audit') await page.locator('tbody tr').first().getByRole('button').click()
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      found.push(...(await b.faults(`${path} ${width}`)))
      await b.picture(`${path.replace('/', '-')}-${language}-${scheme}-${width}`)
    }
  }
  expect(found).toEqual([])
})

test('an agent finds no administration', async () => {
  const b = await boss({ role: 'agent' })
  await b.page.goto(`${bellhop.url}/admin/services`)
  await b.page.getByText('찾는 화면이 없어요').waitFor()
  expect(await b.page.getByRole('link', { name: '관리', exact: true }).count()).toBe(0)
  expect((await b.ask('GET', '/admin/services')).status).toBe(403)
})

function service(name: string) {
  return {
    name,
    kind: 'consult',
    phone: true,
    inbound: true,
    outbound: true,
    chat: false,
    sms: false,
    editor: 'plain',
    languages: ['ko'],
    time_zone: 'Asia/Seoul',
    after_call: 'notice',
    stay_ready_after_decline: false,
    foreign_numbers: false,
    premium_numbers: false,
  }
}
