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

interface Flow {
  id: string
  name: string
  newest: number
  numbers: string[]
  service: string
  steps: { id: string; kind: string; [field: string]: unknown }[]
}

async function flows(b: Boss): Promise<Flow[]> {
  return ((await b.ask('GET', '/admin/flows')).body as { items: Flow[] }).items
}

async function demo(b: Boss): Promise<Flow> {
  const found = (await flows(b)).find((flow) => flow.name === '대표번호 시나리오')
  if (!found) throw new Error('the demo organisation has no flow')
  return found
}

test('a dry run lights the way: Sunday 3 a.m., the caller presses 2', async () => {
  const b = await boss()
  const { page } = b
  const flow = await demo(b)
  await b.at(`flows/${flow.id}`)
  await page.getByRole('button', { name: '미리 해보기' }).click()
  const dry = page.getByTestId('dry-run')
  await dry.getByLabel('전화한 때').fill('2026-11-22T03:00')
  await dry.getByLabel('누른 번호').fill('2')
  await dry.getByText('2번을 눌러요. 결제·증빙').waitFor()
  const lit = () =>
    page.locator('.step[data-way=true]').evaluateAll((all) => all.map((e) => e.getAttribute('data-step')))
  await soon(lit).toEqual(['hours', 'greeting', 'menu', 'payment'])
  expect(await b.faults('dry run')).toEqual([])
  await b.picture('flows-dry-run')

  await page.getByRole('button', { name: '1 운영 시간' }).click()
  const panel = page.getByTestId('step-panel')
  await panel.getByLabel('일', { exact: true }).uncheck()
  await soon(lit).toEqual(['hours', 'closed'])
  await dry.getByText('운영 시간이 아니에요.').waitFor()

  await panel.getByRole('button', { name: '2026년 공휴일 넣기' }).click()
  await panel.getByText('설날', { exact: true }).waitFor()
  await dry.getByLabel('전화한 때').fill('2026-12-25T10:00')
  await dry.getByText('쉬는 날이에요.').waitFor()
  await page.getByText('공휴일 21일은 쉬어요.').waitFor()
})

test('steps are moved and deleted; circles of queues are told', async () => {
  const b = await boss()
  const { page } = b
  const flow = await demo(b)
  await b.at(`flows/${flow.id}`)
  const order = () => page.locator('.step').evaluateAll((all) => all.map((e) => e.getAttribute('data-step')))
  await soon(order).toEqual(['hours', 'greeting', 'menu', 'order', 'payment', 'busy', 'closed'])
  await page.getByRole('button', { name: '안내 멘트 아래로' }).first().click()
  await soon(order).toEqual(['hours', 'menu', 'greeting', 'order', 'payment', 'busy', 'closed'])

  await page.getByRole('button', { name: '5 결제·증빙 큐' }).click()
  const panel = page.getByTestId('step-panel')
  await panel.getByRole('combobox', { name: '연결되지 않으면' }).click()
  await page.getByRole('option', { name: '4 주문·배송 큐' }).click()
  await page.getByTestId('flow-problems').getByText('큐끼리 서로 넘겨 끝없이 돌아요').waitFor()
  await panel.getByRole('button', { name: '단계 삭제' }).click()
  await soon(order).toEqual(['hours', 'menu', 'greeting', 'order', 'busy', 'closed'])
  await page.getByText('2번에 갈 곳이 없어요.').first().waitFor()
  expect(await b.faults('with errors')).toEqual([])

  await page.getByRole('link', { name: '감사 로그' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: '저장하지 않고 나가기' }).click()
  expect((await demo(b)).newest).toBe(flow.newest)
})

test('two admins edit one flow: the second is told; an older version is compared and taken back', async () => {
  const [first, second] = await Promise.all([boss(), boss()])
  const flow = await demo(first)
  await Promise.all([first.at(`flows/${flow.id}`), second.at(`flows/${flow.id}`)])
  const save = async (b: Boss, note: string) => {
    await b.page.getByRole('button', { name: '저장', exact: true }).click()
    const dialog = b.page.getByTestId('flow-save')
    await dialog.getByLabel('무엇을 바꿨나요(선택)').fill(note)
    await dialog.getByRole('button', { name: '저장' }).click()
  }
  const wait = async (b: Boss, seconds: string) => {
    await b.page.getByRole('button', { name: '4 주문·배송 큐' }).click()
    await b.page.getByTestId('step-panel').getByLabel('기다리는 시간(초)').fill(seconds)
  }
  await wait(first, '90')
  await wait(second, '30')
  await save(first, '더 오래')
  await first.page.getByText(`버전 ${flow.newest + 1}으로 저장했어요.`).waitFor()
  await save(second, '더 짧게')
  const conflict = second.page.getByTestId('conflict')
  await conflict.getByText('90초가 지나거나').waitFor()
  await conflict.getByText('30초가 지나거나').waitFor()
  expect(await second.faults('conflict')).toEqual([])
  await conflict.getByRole('button', { name: koAdmin.form.keep }).click()
  await second.page.getByText(`버전 ${flow.newest + 2}으로 저장했어요.`).waitFor()

  await first.at(`flows/${flow.id}`)
  await first.page.getByRole('button', { name: '버전', exact: true }).click()
  const versions = first.page.getByTestId('flow-versions')
  await versions.getByText('더 오래').waitFor()
  await versions
    .locator('.versions > li')
    .filter({ hasText: '더 오래' })
    .getByRole('button', { name: '지금과 비교' })
    .click()
  await versions.locator('del').getByText('90초가 지나거나').waitFor()
  await versions.locator('ins').getByText('30초가 지나거나').waitFor()
  expect(await first.faults('versions')).toEqual([])
  await versions.getByRole('button', { name: '이 버전으로 되돌리기' }).click()
  await soon(async () => (await demo(first)).newest).toBe(flow.newest + 3)
  expect((await demo(first)).steps.find((step) => step.id === 'order')).toMatchObject({ after: 90 })
})

test.each([
  ['ko', 'light', koAdmin],
  ['en', 'dark', enAdmin],
] as const)('axe finds nothing serious on the screens (%s, %s)', async (language, scheme, words) => {
  const b = await boss({ language, scheme })
  const { page } = b
  const flow = await demo(b)
  const found: unknown[] = []
  for (const path of ['flows', 'flows/new', `flows/${flow.id}`]) {
    await b.at(path)
    await soon(() => page.locator('[aria-busy=true]').count()).toBe(0)
    const kinds = path === `flows/${flow.id}` ? flow.steps : []
    for (const [at] of kinds.entries()) {
      await page.locator('.step .opener').nth(at).click()
      found.push(...(await b.faults(`${path} ${at}`)))
      if (at === 2) await b.picture(`flow-${language}-${scheme}`)
    }
    await page.setViewportSize({ width: 1024, height: 768 })
    found.push(...(await b.faults(`${path} narrow`)))
    await page.setViewportSize({ width: 1440, height: 900 })
  }
  expect(found).toEqual([])
  await page.getByRole('button', { name: words.flows.dry.open }).click()
  await page.getByTestId('dry-run').locator('ol li').first().waitFor()
  expect(await b.faults('dry run')).toEqual([])
})
