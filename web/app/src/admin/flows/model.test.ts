import { describe, expect, test } from 'vitest'
import { holidayName, publicHolidays, withHolidays } from './holidays.ts'
import { added, diff, fresh, removed, type Step, same } from './model.ts'

const steps: Step[] = [
  { id: 'a', kind: 'say', sound: 'x', next: 'm' },
  { id: 'm', kind: 'menu', sound: 'x', keys: { '1': 'q', '9': 'a' }, else: 'q' },
  { id: 'q', kind: 'queue', queue: 'q-1' },
]

describe('steps', () => {
  test('a new one stands on the way of the one before it', () => {
    const list = added(steps, fresh('say', steps), 1)
    expect(list.map((s) => s.id)).toEqual(['a', 's4', 'm', 'q'])
    expect(list[0]?.next).toBe('s4')
    expect(list[1]?.next).toBe('m')
  })

  test('a new one has an id that no other has', () => {
    const made = fresh('queue', [...steps, { id: 's4', kind: 'hangup' }, { id: 's5', kind: 'hangup' }])
    expect(made.id).toBe('s6')
  })

  test('what led to one that is gone leads nowhere, and words alone are stepped over', () => {
    expect(removed(steps, 'q')[1]).toMatchObject({ keys: { '1': '', '9': 'a' }, else: '' })
    expect(removed(steps, 'a')[0]).toMatchObject({ keys: { '1': 'q', '9': 'm' } })
  })

  test('what is left out and what is empty is the same', () => {
    expect(same({ id: 'a', next: '', after: 0 }, { after: undefined, id: 'a' })).toBe(true)
    expect(same({ id: 'a' }, { id: 'b' })).toBe(false)
  })
})

test('two versions differ by what was added, taken away, changed and moved', () => {
  const [a, m, q] = steps as [Step, Step, Step]
  const after = [m, { ...a, sound: 'y' }, { id: 'z', kind: 'hangup' }]
  expect(diff(steps, after).map(({ id, what }) => `${id} ${what}`)).toEqual([
    'm moved',
    'a changed',
    'z added',
    'q removed',
  ])
  expect(diff(steps, [a, m, q])).toEqual([])
})

test('the public holidays are days, in order, and none twice', () => {
  for (const year of [2026, 2027] as const) {
    const days = publicHolidays[year].map(([day]) => day)
    expect(days).toEqual([...new Set(days)].sort())
    expect(days.filter((day) => new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day)).toEqual([])
    for (const [day, name] of publicHolidays[year]) {
      if (name.includes('대체')) expect([0, 6]).not.toContain(new Date(`${day}T00:00:00Z`).getUTCDay())
    }
  }
  expect(withHolidays(['2026-12-25', '2026-12-26'], 2026)).toHaveLength(22)
  expect(holidayName('2027-02-07')).toBe('설날')
})
