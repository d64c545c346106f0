import { describe, expect, test } from 'vitest'
import { en } from './en.ts'
import { ko } from './ko.ts'
import { withRo } from './korean.ts'

function flat(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : flat(value, `${path}${key}.`),
  )
}

const korean = new Map(flat(ko))
const english = new Map(flat(en))
const blanks = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)].map((m) => m[1] ?? m[2]).sort()

describe('the catalogues', () => {
  test('have the same keys', () => {
    expect([...english.keys()].sort()).toEqual([...korean.keys()].sort())
  })

  test('have no empty words', () => {
    expect([...korean, ...english].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  // Korean puts a particle after the state in this one, English does not.
  test.each([...korean.keys()].filter((key) => key !== 'live.state'))('%s fills in the same things', (key) => {
    expect(blanks(english.get(key))).toEqual(blanks(korean.get(key)))
  })

  test('speak calmly: no exclamation marks, no apologies', () => {
    expect([...korean, ...english].filter(([, text]) => /!|죄송|sorry/i.test(text))).toEqual([])
  })

  test('put no particle after a name or a number', () => {
    expect([...korean].filter(([, text]) => /\}\}(은|는|이|가|을|를|와|과)(\s|$)/.test(text))).toEqual([])
  })

  test('keep to 해요체 in Korean, except in the promise of the sign-in page', () => {
    expect([...korean].filter(([key, text]) => /(습니다|입니다)\./.test(text) && key !== 'signin.promiseMore')).toEqual(
      [],
    )
  })
})

test.each([
  ['통화중', '통화중으로'],
  ['대기', '대기로'],
  ['연결 끊김', '연결 끊김으로'],
  ['업무(티켓처리)', '업무(티켓처리)로'],
  ['업무(교육)', '업무(교육)으로'],
  ['서울', '서울로'],
])('%s changes to %s', (word, changed) => expect(withRo(word)).toBe(changed))
