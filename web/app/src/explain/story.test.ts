import { describe, expect, test } from 'vitest'
import { formatNumber } from '../format/phone.ts'
import { gap, lookOfEvent, sentence } from './story.ts'
import en from './words.en.json'
import ko from './words.ko.json'

const korean: Record<string, string> = ko
const english: Record<string, string> = en
const blanks = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()
const forms = { span: (ms: number) => `${ms / 1000}s`, number: formatNumber }

describe('the words for events', () => {
  test('are there in both languages', () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(korean).sort())
  })

  test.each(Object.keys(korean))('%s fills in the same things', (code) => {
    expect(blanks(english[code])).toEqual(blanks(korean[code]))
  })

  test('speak calmly, and put no particle after a name', () => {
    const all = [...Object.values(korean), ...Object.values(english)]
    expect(all.filter((text) => /!|죄송|sorry/i.test(text) || text.trim() === '')).toEqual([])
    expect(all.filter((text) => /\}\}(은|는|이|가|을|를|와|과)(\s|$)/.test(text))).toEqual([])
  })
})

test('numbers and spans are written as people read them', () => {
  const arrived = { code: 'arrived', params: { number: '01012345678', dialled_number: '1000' } }
  expect(sentence(arrived, 'en', forms)).toBe('A call came in from 010-1234-5678 to 1000')
  expect(sentence({ code: 'waited', params: { wait_ms: '61000' } }, 'ko', forms)).toBe('연결까지 61s')
})

test('what a newer server says is shown as it is, and what is missing as a dash', () => {
  expect(sentence({ code: 'teleported', params: {} }, 'ko', forms)).toBe('teleported')
  expect(sentence({ code: 'waited', params: {} }, 'xx', forms)).toBe('연결까지 –')
})

test('time goes on from event to event', () => {
  expect(gap('2026-11-20T03:00:01.500Z', '2026-11-20T03:00:00.000Z')).toBe(1500)
  expect(gap('2026-11-20T03:00:00.000Z', '2026-11-20T03:00:01.000Z')).toBe(0)
  expect(gap('2026-11-20T03:00:00.000Z', undefined)).toBeUndefined()
  expect(lookOfEvent('ended_customer_hangup')).toBe('dead')
  expect(lookOfEvent('arrived')).toBeUndefined()
})
