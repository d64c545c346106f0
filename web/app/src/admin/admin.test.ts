import { describe, expect, test } from 'vitest'
import { enAdmin } from '../i18n/en.admin.ts'
import { koAdmin } from '../i18n/ko.admin.ts'
import { differences } from './audit/difference.ts'
import { match } from './frame/match.ts'
import { queryOf } from './list/state.ts'
import { moved } from './order/moved.ts'

test('a change is told field by field, into objects and lists of objects', () => {
  const before = { name: 'a', on: false, tags: ['x'], members: [{ id: 1, skill: 2 }], same: { deep: 1 } }
  const after = { name: 'b', on: false, tags: ['x', 'y'], members: [{ id: 1, skill: 3 }], same: { deep: 1 } }
  expect(differences(before, after)).toEqual([
    { field: 'name', was: 'a', is: 'b' },
    { field: 'tags', was: ['x'], is: ['x', 'y'] },
    { field: 'members[0].skill', was: 2, is: 3 },
  ])
  expect(differences(null, { name: 'a' })).toEqual([{ field: 'name', was: undefined, is: 'a' }])
  expect(differences({ name: 'a' }, null)).toEqual([{ field: 'name', was: 'a', is: undefined }])
  expect(differences({ a: 1 }, { a: 1 })).toEqual([])
})

test.each([
  ['', '', {}],
  [':id', '12', { id: '12' }],
  [':id/history', '12/history', { id: '12' }],
  ['new', '12', null],
  [':id', '12/13', null],
])('%s fits %s: %o', (pattern, path, params) => expect(match(pattern, path)).toEqual(params))

test('an entry moves, and the others keep their order', () => {
  expect(moved(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c'])
  expect(moved(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd'])
  expect(moved(['a'], 5, 0)).toEqual(['a'])
})

test('only what the server knows is asked of it', () => {
  expect(queryOf({ q: '김 상담', sort: '', other: 'x', page: '2' }, ['q', 'sort', 'page'])).toBe(
    '?q=%EA%B9%80+%EC%83%81%EB%8B%B4&page=2',
  )
})

function flat(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : flat(value, `${path}${key}.`),
  )
}

describe('the catalogues of the administration', () => {
  const korean = new Map(flat(koAdmin))
  const english = new Map(flat(enAdmin))
  const blanks = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()

  test('have the same keys, fill in the same things, and speak calmly', () => {
    expect([...english.keys()].sort()).toEqual([...korean.keys()].sort())
    for (const [key, text] of korean) expect(blanks(english.get(key)), key).toEqual(blanks(text))
    expect([...korean, ...english].filter(([, text]) => text.trim() === '' || /!|죄송|sorry/i.test(text))).toEqual([])
    expect([...korean].filter(([, text]) => /\}\}(은|는|이|가|을|를|와|과)(\s|$)/.test(text))).toEqual([])
  })
})
