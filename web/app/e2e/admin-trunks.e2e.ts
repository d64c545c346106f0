import { afterEach, expect, inject, test } from 'vitest'
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

test('a trunk is made from the screen, is reached, and a test call comes back; then it is deleted', {
  timeout: 90_000,
}, async () => {
  const b = await boss()
  const { page } = b
  await b.at('trunks')
  await page.getByRole('link', { name: '트렁크 추가' }).first().click()
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('alert').getByText('고쳐야 할 곳이', { exact: false }).waitFor()
  const [host = '', port = ''] = bellhop.carrier.sip.split(':')
  await page.getByLabel('이름').fill('시험 통신사')
  await page.getByLabel('주소', { exact: false }).first().fill(host)
  await page.getByLabel('포트').fill(port)
  await page.getByLabel('아이디', { exact: true }).fill('hanbit')
  await page.locator('input[name=password]').fill('never-shown-9')
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('link', { name: '시험 통신사' }).click()
  await page.getByText('지금 상태').waitFor()
  await soon(() => page.getByText('연결됨').count(), { timeout: 20_000 }).toBeGreaterThan(0)
  expect(await page.content()).not.toContain('never-shown-9')
  await page.getByLabel('걸어 볼 번호').fill('01000000079')
  await page.getByRole('button', { name: '테스트 통화' }).click()
  await page.getByTestId('trial').getByText('양쪽으로 소리가 나요', { exact: false }).waitFor({ timeout: 40_000 })
  await b.picture('trunk')
  await page.getByLabel('최대 동시 통화').fill('12')
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('link', { name: '시험 통신사' }).click()
  await page.getByText('변경 기록').waitFor()
  await page.getByRole('button', { name: '삭제', exact: true }).click()
  await page.getByTestId('delete').getByRole('button', { name: '삭제' }).click()
  await page.getByRole('heading', { name: '아직 트렁크가 없어요' }).waitFor()
  const { body } = await b.ask('GET', '/admin/audit-log?q=시험')
  expect(JSON.stringify(body)).not.toContain('never-shown-9')
})

test('an agent gets a desk phone, whose credentials are shown once; a number that is taken is refused', {
  timeout: 60_000,
}, async () => {
  const b = await boss()
  const { page } = b
  const list = (await b.ask('GET', '/admin/phones?which=registered')).body as {
    items: { id: string; name: string; cti_number: string }[]
  }
  const [one, two] = list.items
  if (!one || !two) throw new Error('no agents in the demo')
  await b.at(`cti/${one.id}`)
  await page.getByLabel('CTI 번호').fill(two.cti_number)
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('alert').getByText('고쳐야 할 곳이', { exact: false }).waitFor()
  await page.getByLabel('CTI 번호').fill(one.cti_number)
  await page.getByRole('button', { name: '전화기 등록 정보 발급' }).click()
  const dialog = page.getByTestId('credentials')
  await dialog.waitFor()
  const user = await dialog.locator('code').nth(1).textContent()
  expect(user).toMatch(new RegExp(`^${one.cti_number}-`))
  const password = (await dialog.locator('code').nth(2).textContent()) ?? ''
  expect(password.length).toBeGreaterThan(20)
  await dialog.getByRole('button', { name: '닫기' }).last().click()
  await page.getByText('전화기가 등록되어 있지 않아요').waitFor()
  expect(await page.content()).not.toContain(password)
  const now = (await b.ask('GET', `/admin/phones/${one.id}`)).body as Record<string, unknown>
  const { cti_id, cti_number, version } = now
  const back = { cti_id, cti_number, version, phone: 'browser' }
  expect((await b.ask('PUT', `/admin/phones/${one.id}`, back)).status).toBe(200)
})

test('no screen of trunks and CTI agents has a fault that axe knows', { timeout: 120_000 }, async () => {
  for (const [language, scheme] of [
    ['ko', 'light'],
    ['en', 'dark'],
  ] as const) {
    const b = await boss({ language, scheme })
    const { items } = (await b.ask('GET', '/admin/phones')).body as { items: { id: string }[] }
    for (const path of ['trunks', 'trunks/new', 'cti', 'cti/range', `cti/${items[0]?.id}`]) {
      await b.at(path)
      await b.page.waitForLoadState('networkidle')
      expect(await b.faults(path)).toEqual([])
      await b.picture(`${path.replaceAll('/', '-').slice(0, 12)}-${language}-${scheme}`)
    }
  }
})
