import { expect, test } from 'vitest'
import { canRedial, endedWord, historyQuery, isMissed, resultWord } from './calls.ts'

test.each([
  ['answered', 'inbound', 'history.result_answered'],
  ['answered', 'outbound', 'history.result_connected'],
  ['caller_gone', 'inbound', 'history.result_caller_gone'],
  ['something_new', 'inbound', 'history.result_other'],
] as const)('%s, %s is worded %s', (result, direction, word) => expect(resultWord({ result, direction })).toBe(word))

test('who ended a call is said only where it was on', () => {
  expect(endedWord({ ended_by: 'customer', connected_at: '2026-11-20T07:00:00.000Z' })).toBe('history.ended_customer')
  expect(endedWord({ ended_by: 'customer', connected_at: null })).toBeNull()
})

test.each([
  ['missed', true],
  ['caller_gone', true],
  ['lost', true],
  ['declined', false],
  ['answered', false],
])('%s is missed: %s', (result, missed) => expect(isMissed({ result })).toBe(missed))

test.each([
  ['01012345678', true],
  ['2043', true],
  ['', false],
  ['anonymous', false],
])('%s can be called back: %s', (number, can) => expect(canRedial({ number })).toBe(can))

test('the next page is asked for by the cursor', () => {
  expect(historyQuery(true, 50, 'a b')).toBe('limit=50&before=a+b&missed=true')
  expect(historyQuery(false, 5, '')).toBe('limit=5')
})
