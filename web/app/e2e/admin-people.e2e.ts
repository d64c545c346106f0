import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, expect, test } from 'vitest'
import { enAdmin } from '../src/i18n/en.admin.ts'
import { en } from '../src/i18n/en.ts'
import { koAdmin } from '../src/i18n/ko.admin.ts'
import { ko } from '../src/i18n/ko.ts'
import { Boss, type BossOptions } from './boss.ts'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'
import { soon } from './soon.ts'

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

interface Person {
  id: string
  name: string
  version: number
  state: string
  services: { id: string; name: string }[]
  groups: { id: string }[]
}

async function find(b: Boss, login: string): Promise<Person> {
  const { body } = await b.ask('GET', `/admin/people?q=${login}`)
  const found = (body as { items: (Person & { login: string })[] }).items.find((p) => p.login === login)
  if (!found) throw new Error(`nobody is called ${login}`)
  return found
}

/** Changes what somebody may do in his first service. */
async function grant(b: Boss, login: string, rights: Record<string, boolean>): Promise<void> {
  const { id } = await find(b, login)
  const { name: _, ...p } = (await b.ask('GET', `/admin/people/${id}`)).body as Person & Record<string, unknown>
  const services = p.services.map(({ name: _, ...s }) => ({ ...s, ...rights }))
  const { version, login: l, email, role, supervisor, locale } = p as unknown as Record<string, unknown>
  const groups = p.groups.map((g) => g.id)
  const put = { version, login: l, name: _, email, role, supervisor, locale, services, groups }
  expect((await b.ask('PUT', `/admin/people/${id}`, put)).status).toBe(200)
}

const secret = 'correct horse battery'

async function setPassword(page: Page, password: string, again = password): Promise<void> {
  await page.locator('input[name=password]').fill(password)
  await page.locator('input[name=again]').fill(again)
  await page.getByRole('button', { name: '비밀번호 정하기' }).click()
}

test('somebody is invited, sets his password by the link and signs in; the link works once', {
  timeout: 120_000,
}, async () => {
  const b = await boss()
  const { page } = b
  await b.at('people')
  await page.getByRole('link', { name: '회원 초대' }).first().click()
  await page.getByLabel('이름', { exact: false }).first().fill('최<b>새</b>롬 🙂')
  await page.getByLabel('아이디', { exact: false }).first().fill('saerom')
  await page.getByLabel('이메일').fill('saerom@example.com')
  await page
    .getByRole('textbox', { name: '서비스 추가' })
    .or(page.getByRole('combobox', { name: '서비스 추가' }))
    .first()
    .click()
  await page.getByRole('option', { name: '한빛몰 고객센터' }).click()
  await page.getByRole('button', { name: '저장', exact: true }).click()
  const dialog = page.getByTestId('link')
  const address = await dialog.locator('input').inputValue()
  expect(address).toMatch(/\/invite#[\w-]{43}$/)
  await dialog.getByRole('button', { name: '닫기' }).click()
  await page.getByRole('link', { name: '최<b>새</b>롬 🙂' }).waitFor()

  const context = await b.browser.newContext({ locale: 'ko-KR' })
  const guest = await context.newPage()
  await guest.goto(address)
  await guest.getByText('saerom').first().waitFor()
  await setPassword(guest, 'short')
  await guest.getByText('10자 이상이어야 해요.').waitFor()
  await setPassword(guest, 'Password12345')
  await guest.getByText('누구나 떠올리는 비밀번호예요', { exact: false }).waitFor()
  await setPassword(guest, secret, `${secret}!`)
  await guest.getByText('두 비밀번호가 서로 달라요.').waitFor()
  await setPassword(guest, secret)
  await guest.getByText('비밀번호를 정했어요', { exact: false }).waitFor()
  await guest.getByRole('link', { name: '로그인하러 가기' }).click()
  await guest.getByLabel('아이디').fill('SAEROM')
  await guest.getByLabel('비밀번호', { exact: true }).fill(secret)
  await guest.getByRole('button', { name: '로그인', exact: true }).click()
  await guest.getByTestId('service').waitFor()
  expect(await guest.getByTestId('service').textContent()).toBe('한빛몰 고객센터')

  const again = await context.newPage()
  await again.goto(address)
  await again.getByText('이미 사용한 링크예요').waitFor()
  await again.goto('about:blank')
  await again.goto(`${bellhop.url}/invite#nonsense`)
  await again.getByText('쓸 수 없는 링크예요').waitFor()
  await soon(async () =>
    ((await b.ask('GET', '/admin/access-log?q=saerom')).body as { items: { event: string }[] }).items.map(
      (e) => e.event,
    ),
  ).toEqual(['sign_in', 'password_set'])
  await context.close()
  const { id } = await find(b, 'saerom')
  await b.at(`people/${id}`)
  await page.getByRole('button', { name: '삭제', exact: true }).click()
  await page.getByTestId('delete').getByRole('button', { name: '삭제' }).click()
  await page.getByRole('link', { name: '회원 초대' }).first().waitFor()
})

test('a right takes effect in the open page of an agent at once, and his call goes on', {
  timeout: 180_000,
}, async () => {
  const b = await boss()
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const customer = new Customer(bellhop, { tone: 440, probes: [440, 1000] })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await customer.hears(1000)
  const blind = () => seoyeon.page.evaluate(async () => (await (await fetch('/api/v1/phone')).json()).blind)
  expect(await blind()).toBe(true)
  await grant(b, 'seoyeon', { blind_transfer: false })
  await expect.poll(blind).toBe(false)
  await grant(b, 'seoyeon', { blind_transfer: true })
  await customer.hears(1000)

  // Without the phone at all: the call ends as he ends it, then the phone is gone from his page, and comes back with the right.
  await grant(b, 'seoyeon', { phone: false })
  await customer.hears(1000)
  await seoyeon.state('talking')
  await seoyeon.hangUp()
  await expect.poll(() => seoyeon.page.getByTestId('phone-panel').count(), { timeout: 10_000 }).toBe(0)
  await grant(b, 'seoyeon', { phone: true })
  await seoyeon.page.getByTestId('phone-state').first().waitFor({ timeout: 10_000 })
})

test('10,000 agents of whom three are wrong: exactly three are shown, and nothing is kept', {
  timeout: 180_000,
}, async () => {
  const b = await boss()
  const { page } = b
  const rows = Array.from({ length: 10_000 }, (_, i) => `load${i},상담원 ${i},상담원,한빛몰 고객센터`)
  rows[17] = 'LOAD16,두 번,상담원,한빛몰 고객센터'
  rows[4711] = `load4711,${'가'.repeat(65)},상담원,한빛몰 고객센터`
  rows[9999] = 'load9999,서비스 없음,상담원,없는 서비스'
  const path = join(bellhop.dir, 'people.csv')
  writeFileSync(path, `\ufeff아이디,이름,역할,서비스\n${rows.join('\n')}\n`)
  await b.at('people')
  await page.getByRole('button', { name: '엑셀로 올리기' }).click()
  const dialog = page.getByTestId('upload')
  await dialog.locator('input[type=file]').setInputFiles(path)
  await expect
    .poll(() => dialog.locator('tbody tr td:first-child').allTextContents(), { timeout: 60_000 })
    .toEqual(['19', '4713', '10001'])
  expect(await dialog.getByRole('button', { name: '이대로 저장' }).isDisabled()).toBe(true)
  expect((await b.ask('GET', '/admin/people?q=load1')).body).toMatchObject({ total: 0 })
})

test('groups: made, filled by [>], renamed; several for one agent', { timeout: 120_000 }, async () => {
  const b = await boss()
  const { page } = b
  await b.at('groups/new')
  await page.getByLabel('그룹 이름', { exact: false }).first().fill('야간조')
  await page.getByLabel('상담원 찾기').first().fill('김서연'.normalize('NFD'))
  await page.getByRole('button', { name: '김서연 넣기' }).click()
  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.getByRole('link', { name: '야간조' }).click()
  await page.getByRole('button', { name: '김서연 빼기' }).waitFor()
  expect((await find(b, 'seoyeon')).groups.length).toBe(2)
  await page.getByRole('button', { name: '삭제', exact: true }).click()
  await page.getByTestId('delete').getByRole('button', { name: '삭제' }).click()
  await page.getByRole('link', { name: '그룹 추가' }).first().waitFor()
})

test('개인정보설정: the name, and the password, which ends the other sessions', { timeout: 120_000 }, async () => {
  const b = await boss()
  const made = (
    await b.ask('POST', '/admin/people', {
      login: 'own',
      name: '나야',
      email: '',
      role: 'agent',
      supervisor: false,
      locale: 'ko',
      services: [],
      groups: [],
    })
  ).body as { link: { token: string }; person: { id: string } }
  expect((await b.ask('POST', '/invitation/password', { token: made.link.token, password: secret })).status).toBe(200)
  const [here, there] = [
    await boss({ login: { login: 'own', password: secret } }),
    await boss({ login: { login: 'own', password: secret } }),
  ]
  const { page } = here
  await page.goto(`${bellhop.url}/account`)
  await page.getByLabel('이름', { exact: false }).first().fill('새 이름')
  await page.getByRole('button', { name: '저장', exact: true }).click()
  await page.getByRole('button', { name: /새 이름/ }).waitFor()
  const change = async (old: string, next: string) => {
    await page.getByLabel('지금 비밀번호').fill(old)
    await page.getByLabel('새 비밀번호', { exact: false }).first().fill(next)
    await page.getByLabel('새 비밀번호 확인').fill(next)
    await page.getByRole('button', { name: '비밀번호 바꾸기' }).click()
  }
  await change('not this one', `${secret} again`)
  await page.getByText('비밀번호가 맞지 않아요.').waitFor()
  await change(secret, `${secret} again`)
  await page.getByText('비밀번호를 바꿨어요', { exact: false }).waitFor()
  expect((await there.ask('GET', '/session')).status).toBe(401)
  expect((await here.ask('GET', '/session')).status).toBe(200)
  await b.ask('DELETE', `/admin/people/${made.person.id}`)
})

test.each([
  ['ko', 'light', koAdmin, ko],
  ['en', 'dark', enAdmin, en],
] as const)('axe finds nothing serious (%s, %s)', { timeout: 180_000 }, async (language, scheme, words, all) => {
  const b = await boss({ language, scheme })
  const { page } = b
  const { id } = await find(b, 'doyun')
  const found: unknown[] = []
  const look = async (screen: string) => {
    await soon(() => page.locator('[aria-busy=true]').count()).toBe(0)
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
    ] as const) {
      await page.setViewportSize({ width, height })
      found.push(...(await b.faults(`${screen} ${width}`)))
      await b.picture(`${screen.replaceAll('/', '-')}-${language}-${scheme}-${width}`)
    }
  }
  for (const path of ['people', 'people/new', `people/${id}`, 'groups', 'groups/new']) {
    await b.at(path)
    await look(path.replace(id, 'one'))
  }
  await b.at(`people/${id}`)
  await page.getByRole('button', { name: words.people.link }).click()
  await page.getByTestId('link').waitFor()
  await look('link')
  const address = await page.getByTestId('link').locator('input').inputValue()
  await page.goto(`${bellhop.url}/account`)
  await page.getByRole('heading', { name: all.account.password }).waitFor()
  await look('account')
  await page.goto(address)
  await page.getByRole('button', { name: all.invite.submit }).waitFor()
  await look('invite')
  expect(found).toEqual([])
})
