import { describe, expect, test } from 'vitest'
import { formatNumber } from './phone.ts'
import { clockTimer, day, shortTime, spanParts } from './time.ts'

describe('numbers', () => {
  test.each([
    ['01012345678', '010-1234-5678'],
    ['0161234567', '016-123-4567'],
    ['0212345678', '02-1234-5678'],
    ['021234567', '02-123-4567'],
    ['0311234567', '031-123-4567'],
    ['05112345678', '051-1234-5678'],
    ['07012345678', '070-1234-5678'],
    ['0801234567', '080-123-4567'],
    ['050512345678', '0505-1234-5678'],
    ['15880000', '1588-0000'],
    ['16443000', '1644-3000'],
    ['18001234', '1800-1234'],
    ['+821012345678', '010-1234-5678'],
    ['+82212345678', '02-1234-5678'],
    ['010-1234-5678', '010-1234-5678'],
    ['1000', '1000'],
    ['112', '112'],
    ['+14155550123', '+14155550123'],
    ['', ''],
    ['  ', ''],
    ['anonymous', 'anonymous'],
  ])('%j is shown as %j', (raw, shown) => expect(formatNumber(raw)).toBe(shown))
})

describe('times', () => {
  test.each([
    [0, '00:00'],
    [-500, '00:00'],
    [59_999, '00:59'],
    [252_000, '04:12'],
    [3_600_000, '1:00:00'],
    [36_061_000, '10:01:01'],
  ])('a timer at %d ms shows %s', (ms, shown) => expect(clockTimer(ms)).toBe(shown))

  test('a span is cut into its parts', () => {
    expect(spanParts(108_900)).toEqual({ hours: 0, minutes: 1, seconds: 48 })
    expect(spanParts(-1)).toEqual({ hours: 0, minutes: 0, seconds: 0 })
    expect(spanParts(7_265_000)).toEqual({ hours: 2, minutes: 1, seconds: 5 })
  })

  test('near times are short', () => {
    const now = new Date(2026, 10, 20, 16, 52)
    expect(shortTime(new Date(2026, 10, 20, 9, 5).toISOString(), now)).toBe('09:05')
    expect(shortTime(new Date(2026, 9, 2, 9, 5).toISOString(), now)).toBe('10-02')
    expect(shortTime(new Date(2025, 9, 2, 9, 5).toISOString(), now)).toBe('2025-10-02')
    expect(day('nonsense')).toBe('')
  })
})
