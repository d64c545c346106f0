import type { KeyboardEvent as ReactKey } from 'react'
import { expect, test, vi } from 'vitest'
import { holdEnter, isComposing, isEscape } from './composing.ts'

const press = (key: string, isComposing: boolean, keyCode: number) => {
  const preventDefault = vi.fn()
  return { key, nativeEvent: { isComposing, keyCode }, preventDefault } as unknown as ReactKey & {
    preventDefault: typeof preventDefault
  }
}

test.each([
  ['a plain key', false, 13, false],
  ['a key while a letter is composed', true, 229, true],
  ['the key that ended it, in Safari', false, 229, true],
])('%s', (_, composing, keyCode, want) => {
  expect(isComposing({ isComposing: composing, keyCode })).toBe(want)
  const enter = press('Enter', composing, keyCode)
  holdEnter(enter)
  expect(enter.preventDefault).toHaveBeenCalledTimes(want ? 1 : 0)
  expect(isEscape(press('Escape', composing, keyCode))).toBe(!want)
})

test('other keys are left alone', () => {
  const letter = press('a', true, 229)
  holdEnter(letter)
  expect(letter.preventDefault).not.toHaveBeenCalled()
  expect(isEscape(press('a', false, 65))).toBe(false)
})
