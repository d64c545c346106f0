import type { CDPSession, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Agent } from './agent.ts'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'
import { soon } from './soon.ts'

/** A Korean keyboard: composes syllables as an input method does, and commits each. */
class Keyboard {
  private constructor(private readonly cdp: CDPSession) {}

  static async of(page: Page): Promise<Keyboard> {
    return new Keyboard(await page.context().newCDPSession(page))
  }

  async compose(text: string): Promise<void> {
    await this.cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  }

  async commit(text: string): Promise<void> {
    await this.cdp.send('Input.insertText', { text })
  }

  async type(text: string): Promise<void> {
    for (const letter of text) {
      if (/[가-힣]/.test(letter)) for (const step of steps(letter)) await this.compose(step)
      await this.commit(letter)
    }
  }
}

// steps are what a syllable looks like while it is typed: ㅎ, 하, 한.
function steps(syllable: string): string[] {
  const code = syllable.charCodeAt(0) - 0xac00
  const first = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'[Math.floor(code / 588)] ?? ''
  const open = String.fromCharCode(0xac00 + code - (code % 28))
  return code % 28 === 0 ? [first, open] : [first, open, syllable]
}

const field = (page: Page) => page.getByRole('textbox', { name: '메모' })
const written = (page: Page) => field(page).inputValue()
const noted = (page: Page) => page.locator('.noted:not([data-sent]) .text').allTextContents()

// ticketOf is the page of a ticket that a short call opened.
async function ticketOf(seoyeon: Agent, from: string): Promise<string> {
  const customer = new Customer(bellhop, { from })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await soon(() => seoyeon.page.getByTestId('ticket').textContent()).toContain(from.slice(-4))
  await customer.hears(1000)
  await customer.hangUp()
  await seoyeon.state('work')
  return seoyeon.page.url()
}

async function withTicket(): Promise<{ seoyeon: Agent; page: Page; url: string }> {
  const seoyeon = await agent({ tone: 1000 })
  await seoyeon.ready()
  const url = await ticketOf(seoyeon, '01040010001')
  await field(seoyeon.page).waitFor()
  return { seoyeon, page: seoyeon.page, url }
}

test('a note in Korean survives the call that takes the screen, is found by 돌아가기, and is saved once by Ctrl+Enter', async () => {
  const { seoyeon, page, url } = await withTicket()
  await seoyeon.choose('대기')
  await seoyeon.state('ready')

  const keyboard = await Keyboard.of(page)
  await field(page).focus()
  await keyboard.type('환불 요청, ')
  const customer = new Customer(bellhop, { from: '01040010002' })
  await seoyeon.state('offered')
  await keyboard.type('내일 다시 전화')
  expect(await written(page)).toBe('환불 요청, 내일 다시 전화')
  await keyboard.compose('하') // and in the middle of a syllable …
  await page.keyboard.press('Control+Alt+KeyA') // … does nothing: the keys belong to the syllable
  await seoyeon.accept()
  await soon(() => page.getByTestId('ticket').textContent()).toContain('0002')
  expect(page.url()).not.toBe(url)
  expect(await written(page)).toBe('')

  const left = page.getByTestId('left-behind')
  await soon(() => left.textContent()).toContain('작성 중이던 메모가 저장되어 있어요')
  await customer.hears(1000)
  await left.getByRole('link', { name: /돌아가기/ }).click()
  await soon(() => page.url()).toBe(url)
  expect(await written(page)).toBe('환불 요청, 내일 다시 전화하')
  await seoyeon.state('talking')

  await field(page).focus()
  await page.keyboard.press('Control+End')
  await keyboard.compose('ㄱ')
  await page.keyboard.press('Control+Enter')
  expect(await noted(page)).toEqual([])
  await keyboard.compose('기')
  await keyboard.commit('기')
  await page.keyboard.press('Control+Enter')
  await soon(() => noted(page)).toEqual(['환불 요청, 내일 다시 전화하기'])
  expect(await written(page)).toBe('')
  await customer.hangUp()
  await page.reload()
  await soon(() => noted(page)).toEqual(['환불 요청, 내일 다시 전화하기'])
  expect(await written(page)).toBe('')
  await soon(() => page.locator('.noted b').textContent()).toBe(seoyeon.user.name)
})

test('a draft survives a reload and the crash of its page', async () => {
  const { seoyeon, page, url } = await withTicket()
  await field(page).fill('첫째 줄\n둘째 줄')
  await page.reload()
  await soon(() => written(page)).toBe('첫째 줄\n둘째 줄')
  await field(page).fill('첫째 줄\n둘째 줄\n셋째 줄')
  const crashed = new Promise((done) => page.once('crash', done))
  await page.goto('chrome://crash').catch(() => undefined)
  await crashed
  const next = await seoyeon.context.newPage()
  await next.goto(url)
  await field(next).waitFor()
  await soon(() => written(next)).toBe('첫째 줄\n둘째 줄\n셋째 줄')
  await next.goto(`${bellhop.url}/tickets`)
  await soon(() => next.getByRole('img', { name: '작성 중인 메모가 있어요' }).count()).toBe(1)
  await next.evaluate(async () => fetch('/api/v1/phone/session', { method: 'DELETE' }))
})

test('without a network a saved note waits, and is there once when it is back; so is one whose answer was lost', async () => {
  const { seoyeon, page } = await withTicket()
  await seoyeon.context.setOffline(true)
  await field(page).fill('연결이 끊긴 동안')
  await page.getByRole('button', { name: '메모 저장' }).click()
  await soon(() => page.locator('.noted[data-sent="waiting"]').textContent()).toContain('연결되면 저장해요')
  expect(await written(page)).toBe('')
  await seoyeon.context.setOffline(false)
  await soon(() => noted(page), { timeout: 15_000 }).toEqual(['연결이 끊긴 동안'])

  // The server gets it, but its answer does not come.
  let lost = 0
  await page.route('**/notes', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue()
    lost++
    await route.fetch()
    await route.abort('connectionreset')
  })
  await field(page).fill('대답이 사라진 메모')
  await page.getByRole('button', { name: '메모 저장' }).click()
  await soon(() => lost).toBe(1)
  await page.reload()
  await soon(() => noted(page)).toEqual(['연결이 끊긴 동안', '대답이 사라진 메모'])
  await soon(() => page.locator('.noted[data-sent]').count()).toBe(0)
  expect(await noted(page)).toEqual(['연결이 끊긴 동안', '대답이 사라진 메모'])
})

test('two tabs do not overwrite each other: the second follows, and may go on here', async () => {
  const { seoyeon, page, url } = await withTicket()
  await field(page).fill('첫 탭')
  const two = await seoyeon.context.newPage()
  await two.goto(url)
  await field(two).waitFor()
  await field(two).focus()
  await soon(() => two.getByText('다른 탭에서 이 메모를 쓰고 있어요.').count()).toBe(1)
  expect(await field(two).isEditable()).toBe(false)
  await field(page).fill('첫 탭에서 더')
  await soon(() => written(two)).toBe('첫 탭에서 더')
  await two.getByRole('button', { name: '여기서 이어 쓰기' }).click()
  await soon(() => field(two).isEditable()).toBe(true)
  await soon(() => field(page).isEditable()).toBe(false)
  await field(two).fill('첫 탭에서 더, 둘째 탭에서도')
  await soon(() => written(page)).toBe('첫 탭에서 더, 둘째 탭에서도')
  await two.close()
  await soon(() => field(page).isEditable()).toBe(true)
  await page.getByRole('button', { name: '메모 저장' }).click()
  await soon(() => noted(page)).toEqual(['첫 탭에서 더, 둘째 탭에서도'])
})

test('what is too long is not saved and not lost, markup is text, and NFD becomes NFC', async () => {
  const { page } = await withTicket()
  const save = page.getByRole('button', { name: '메모 저장' })
  await field(page).fill('가'.repeat(4001))
  await soon(() => page.getByRole('alert').filter({ hasText: '너무 길어요' }).count()).toBe(1)
  expect(await save.isDisabled()).toBe(true)
  await page.reload()
  await soon(async () => (await written(page)).length).toBe(4001)
  await field(page).fill(`<img src=x onerror="document.title='hit'"> ${'한글'.normalize('NFD')}`)
  await save.click()
  await soon(() => noted(page)).toEqual([`<img src=x onerror="document.title='hit'"> ${'한글'.normalize('NFC')}`])
  expect(await page.title()).not.toContain('hit')
})
