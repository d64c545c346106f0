import type { CDPSession, Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Agent } from './agent.ts'
import { agent, bellhop, talking } from './scene.ts'

// An input method as Chromium has one: a letter is composed, a key ends it (keydown 229), the letter is committed.
class Hangul {
  private constructor(
    private readonly cdp: CDPSession,
    private readonly who: Agent,
  ) {}

  static async of(who: Agent): Promise<Hangul> {
    return new Hangul(await who.context.newCDPSession(who.page), who)
  }

  async compose(field: Locator, text: string): Promise<void> {
    await field.focus()
    await this.cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  }

  // ends presses the key that belongs to the composed letter.
  async ends(key: 'Enter' | 'Escape'): Promise<void> {
    const press = { key, code: key, windowsVirtualKeyCode: 229 }
    await this.cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...press })
    await this.cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...press })
  }

  async commits(text: string): Promise<void> {
    await this.cdp.send('Input.insertText', { text })
  }

  // composes writes over what is in the field, with a key in the midst of a letter.
  async composes(field: Locator, text: string, key: 'Enter' | 'Escape'): Promise<void> {
    await field.fill('')
    await this.compose(field, text)
    await this.ends(key)
    await this.commits(text)
    expect(await field.inputValue()).toBe(text)
  }

  shortcut(code: string): Promise<void> {
    return this.who.page.keyboard.press(code)
  }
}

test('로그인: Enter that ends a letter does not sign in', async () => {
  const seoyeon = await agent()
  await seoyeon.page.goto(bellhop.url)
  const hangul = await Hangul.of(seoyeon)
  const login = seoyeon.page.getByLabel('아이디')
  await hangul.composes(login, '서연', 'Enter')
  expect(await seoyeon.page.getByText('비밀번호를 입력하세요.').count()).toBe(0)
  await login.press('Enter')
  await seoyeon.page.getByText('비밀번호를 입력하세요.').waitFor()
})

test('걸기: neither Enter nor Esc that ends a letter dials or closes; the next one does', async () => {
  const seoyeon = await agent()
  await seoyeon.ready()
  const hangul = await Hangul.of(seoyeon)
  await seoyeon.press('걸기')
  const form = seoyeon.page.getByRole('form', { name: '걸기' })
  const number = form.getByLabel('고객번호')
  await hangul.composes(number, '한글', 'Enter')
  expect(await form.getByRole('alert').count()).toBe(0)
  await hangul.composes(number, '한글', 'Escape')
  expect(await form.isVisible()).toBe(true)
  await number.press('Enter')
  await expect.poll(() => form.getByRole('alert').textContent()).toContain('전화번호가 아니에요')
  await number.press('Escape')
  await form.waitFor({ state: 'detached' })
})

test('호전환: its number, its searches and its favourites’ fields', async () => {
  const { seoyeon } = await talking()
  const hangul = await Hangul.of(seoyeon)
  await seoyeon.press('호전환')
  const window = seoyeon.page.getByTestId('transfer-window')
  const stays = async () => expect(await window.isVisible()).toBe(true)

  await window.getByRole('tab', { name: '직접 입력' }).click()
  const number = window.getByRole('textbox').first()
  await hangul.composes(number, '한글', 'Enter')
  expect(await window.getByRole('alert').count()).toBe(0)
  await hangul.composes(number, '한글', 'Escape')
  await stays()
  await number.press('Enter')
  await expect.poll(() => window.getByRole('alert').textContent()).toContain('전화번호가 아니에요')

  await window.getByRole('tab', { name: '그룹별 대기 상담원' }).click()
  for (const key of ['Enter', 'Escape'] as const) {
    await hangul.composes(window.getByRole('searchbox'), '박지', key)
    await stays()
  }

  await window.getByRole('tab', { name: '자주 사용되는 번호' }).click()
  for (const key of ['Enter', 'Escape'] as const) {
    await hangul.composes(window.getByRole('searchbox'), '물류', key)
    await stays()
  }
  await window.getByRole('button', { name: '호전환 번호 추가' }).click()
  const save = window.getByRole('button', { name: '저장' })
  for (const field of ['이름', '번호']) {
    for (const key of ['Enter', 'Escape'] as const) {
      await hangul.composes(window.getByLabel(field, { exact: true }), '물류', key)
      expect(await window.getByRole('alert').count(), `${field} ${key}`).toBe(0)
      expect(await save.isVisible()).toBe(true)
    }
  }
  await window.getByLabel('번호', { exact: true }).press('Enter')
  await expect.poll(() => window.getByRole('alert').textContent()).toContain('전화번호가 아니에요')
  await window.getByLabel('이름', { exact: true }).press('Escape')
  await save.waitFor({ state: 'detached' })
  await stays()
  await seoyeon.state('talking')
})

test('a shortcut pressed while a letter is composed is not one', async () => {
  const { seoyeon } = await talking()
  const hangul = await Hangul.of(seoyeon)
  await seoyeon.press('호전환')
  const window = seoyeon.page.getByTestId('transfer-window')
  await window.getByRole('tab', { name: '그룹별 대기 상담원' }).click()
  await hangul.compose(window.getByRole('searchbox'), '박')
  await hangul.shortcut('Control+Alt+KeyH')
  await seoyeon.state('talking')
  await hangul.commits('박')
  await hangul.shortcut('Control+Alt+KeyH')
  await seoyeon.state('holding')
})
