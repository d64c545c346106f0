import { expect, test } from 'vitest'
import type { Agent } from './agent.ts'
import type { Customer } from './customer.ts'
import { agent, talking, target } from './scene.ts'

// Somebody who hears two others at once hears about half of each.
const half = 0.25

async function hearsBoth(who: Agent | Customer, one: number, other: number): Promise<void> {
  for (const hertz of [one, other]) {
    await expect
      .poll(() => who.share(hertz), { timeout: 8_000, interval: 100, message: `${hertz} Hz among two` })
      .toBeGreaterThan(half)
  }
}

// hearsMusic: something is heard, and it is nobody's microphone.
async function hearsMusic(who: Agent): Promise<void> {
  await expect
    .poll(async () => (await who.loudness()) > 0.003 && (await who.share(1000)) < 0.2 && (await who.share(440)) < 0.2, {
      timeout: 8_000,
      interval: 100,
      message: `${who.user.name} hears music`,
    })
    .toBe(true)
}

// opens is the 호전환 window with one of its tabs.
async function opens(who: Agent, tab: string) {
  await who.press('호전환')
  const window = who.page.getByTestId('transfer-window')
  await window.getByRole('tab', { name: tab }).click()
  return window
}

test('협의통화 of a queue: its ready agent is offered it, answers, 고객연결', async () => {
  const { seoyeon, customer } = await talking()
  const doyun = await agent({ user: 2, tone: 1300 })
  await doyun.ready()
  await seoyeon.consults('7200')
  await doyun.state('offered')
  await expect.poll(() => doyun.offer().textContent()).toContain(seoyeon.user.name)
  await customer.hearsMusic()
  await doyun.accept()
  await seoyeon.hears(1300)
  await doyun.hears(1000)
  await customer.hearsMusic()
  await seoyeon.press('고객연결')
  await seoyeon.state('work')
  await customer.hears(1300)
  await doyun.hears(440)
  await expect.poll(() => doyun.page.url()).toMatch(/\/tickets\/\d+$/)
})

test('바꿔 통화: the customer hears the agent and the target music, and back', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  await seoyeon.consults('2042')
  await jihun.state('offered')
  await jihun.accept()
  await seoyeon.hears(1300)
  await seoyeon.press('바꿔 통화')
  await customer.hears(1000)
  await seoyeon.hears(440)
  await hearsMusic(jihun)
  await seoyeon.press('바꿔 통화')
  await seoyeon.hears(1300)
  await jihun.hears(1000)
  await customer.hearsMusic()
})

test('3자 통화: all hear each other, a colleague in 대기 nothing; 나가기 leaves the two', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  await seoyeon.consults('2042')
  await jihun.state('offered')
  await jihun.accept()
  await seoyeon.hears(1300)
  const doyun = await agent({ user: 2, tone: 1700 })
  await doyun.ready()
  await seoyeon.press('3자 통화')
  await hearsBoth(seoyeon, 440, 1300)
  await hearsBoth(jihun, 440, 1000)
  await hearsBoth(customer, 1000, 1300)
  await doyun.hearsNothing()
  await seoyeon.press('나가기')
  await seoyeon.state('work')
  await customer.hears(1300)
  await jihun.hears(440)
  await doyun.state('ready')
})

test('3자 통화, then the colleague is sent away: the two who were first talk on', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  await seoyeon.consults('2042')
  await jihun.state('offered')
  await jihun.accept()
  await seoyeon.hears(1300)
  await seoyeon.press('3자 통화')
  await hearsBoth(customer, 1000, 1300)
  await seoyeon.press(/내보내기$/)
  await seoyeon.state('talking')
  await customer.hears(1000)
  await seoyeon.hears(440)
  await jihun.hearsNothing()
  await expect
    .poll(() => jihun.page.evaluate(async () => (await (await fetch('/api/v1/phone')).json()).call ?? null))
    .toBeNull()
})

test('바로전환 to a colleague: free at once, the customer hears music, then the colleague', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  const window = await opens(seoyeon, '그룹별 대기 상담원')
  await window.getByRole('button', { name: `다른 방법: ${jihun.user.name}` }).click()
  await seoyeon.page.getByRole('menuitem', { name: /바로전환/ }).click()
  await seoyeon.state('work')
  await jihun.state('offered')
  await customer.hearsMusic()
  await jihun.accept()
  await customer.hears(1300)
  await jihun.hears(440)
  await expect.poll(() => jihun.page.url()).toMatch(/\/tickets\/\d+$/)
})

test('그룹별 대기 상담원: the row of a colleague turns when he leaves 대기; 연결 consults', async () => {
  const { seoyeon, customer } = await talking()
  const jihun = await target()
  const doyun = await agent({ user: 2, tone: 1700 })
  await doyun.ready()
  const window = await opens(seoyeon, '그룹별 대기 상담원')
  const row = (of: Agent) => window.getByTestId('agent-row').filter({ hasText: of.user.name })
  const off = (of: Agent) => expect.poll(() => row(of).getAttribute('data-off'), { timeout: 3_000, interval: 50 })
  await off(jihun).toBe('false')
  await off(doyun).toBe('false')
  await jihun.choose('휴식')
  await off(jihun).toBe('true')
  await expect.poll(() => row(jihun).textContent()).toContain('휴식')
  expect(await window.getByRole('button', { name: `연결: ${jihun.user.name}` }).isDisabled()).toBe(true)
  await jihun.choose('대기')
  await off(jihun).toBe('false')
  await window.getByRole('combobox').selectOption({ index: 0 })
  await window.getByRole('searchbox').fill('2043')
  await expect.poll(() => window.getByTestId('agent-row').count()).toBe(1)
  await window.getByRole('button', { name: `연결: ${doyun.user.name}` }).click()
  await seoyeon.state('consulting')
  await doyun.state('offered')
  await doyun.accept()
  await seoyeon.hears(1700)
  await doyun.hears(1000)
  await customer.hearsMusic()
  await jihun.state('ready')
})

test('자주 사용되는 번호: added as 9 and the number, put in order, consulted, deleted', async () => {
  const { seoyeon, customer } = await talking()
  const kept = () =>
    seoyeon.page.evaluate(async () => {
      const { favourites } = await (await fetch('/api/v1/phone/favourites')).json()
      return (favourites as { name: string; number: string }[]).map(({ name, number }) => `${name} ${number}`)
    })
  const window = await opens(seoyeon, '자주 사용되는 번호')
  for (const [name, number] of [
    ['물류센터', '031-815-2205'],
    ['결제 큐', '7200'],
  ] as const) {
    await window.getByRole('button', { name: '호전환 번호 추가' }).click()
    await window.getByLabel('이름', { exact: true }).fill(name)
    await window.getByLabel('번호', { exact: true }).fill(number)
    await window.getByRole('button', { name: '저장' }).click()
    await window.getByTestId('favourite-row').filter({ hasText: name }).waitFor()
  }
  expect(await kept()).toEqual(['물류센터 90318152205', '결제 큐 7200'])
  const rows = window.getByTestId('favourite-row')
  await expect.poll(() => rows.first().textContent()).toContain('9 031-815-2205')

  await window.getByRole('button', { name: '목록 편집' }).click()
  await window.getByRole('button', { name: '물류센터 아래로' }).click()
  await expect.poll(kept).toEqual(['결제 큐 7200', '물류센터 90318152205'])
  await expect.poll(() => rows.first().textContent()).toContain('결제 큐')
  await window.getByRole('button', { name: '물류센터 위로' }).click()
  await expect.poll(kept).toEqual(['물류센터 90318152205', '결제 큐 7200'])
  await window.getByRole('button', { name: '편집 끝내기' }).click()

  await window.getByRole('button', { name: '연결: 물류센터' }).click()
  await seoyeon.state('consulting')
  await seoyeon.hears(650, 8_000)
  await customer.hearsMusic()
  await seoyeon.press(/^취소/)
  await seoyeon.state('holding')

  await opens(seoyeon, '자주 사용되는 번호')
  await window.getByRole('button', { name: '목록 편집' }).click()
  for (const name of ['물류센터', '결제 큐']) {
    await window.getByRole('button', { name: `${name} 삭제` }).click()
    await window.getByRole('button', { name: '삭제', exact: true }).click()
    await window.getByText(name, { exact: true }).waitFor({ state: 'detached' })
  }
  await expect.poll(kept).toEqual([])
})
