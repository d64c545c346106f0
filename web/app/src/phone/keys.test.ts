import { expect, test } from 'vitest'
import { KeySender } from './keys.ts'
import type { Result } from './view.ts'

const settle = () => new Promise((done) => setTimeout(done))

test('keys go in order, what is pressed meanwhile together with the next', async () => {
  const sent: string[] = []
  const answers: ((result: Result) => void)[] = []
  const keys = new KeySender((pressed) => {
    sent.push(pressed)
    return new Promise((answer) => answers.push(answer))
  })
  for (const key of ['1', '2', 'x', '#', '*']) keys.press(key)
  expect(sent).toEqual(['1'])
  answers[0]?.({ ok: true })
  await settle()
  expect(sent).toEqual(['1', '2#*'])
  answers[1]?.({ ok: true })
  await settle()
  keys.press('0')
  expect(sent.at(-1)).toBe('0')
})

test('a flood is cut, and a refusal drops what waits', async () => {
  const sent: string[] = []
  const keys = new KeySender(async (pressed) => {
    sent.push(pressed)
    return sent.length < 3 ? { ok: true } : { ok: false, code: 'too_late', params: {} }
  })
  for (let i = 0; i < 500; i++) keys.press('5')
  await settle()
  expect(sent.map((pressed) => pressed.length)).toEqual([1, 32, 32])
})
