import { expect, test } from 'vitest'
import type { Favourite } from '../api/types.ts'
import { moved, prefixOf } from './favourites.ts'

const list: Favourite[] = ['a', 'b', 'c'].map((id) => ({ id, name: id, number: '1' }))
const ids = (favourites: Favourite[]) => favourites.map((one) => one.id).join('')

test('one step up or down', () => {
  expect(ids(moved(list, 1, -1))).toBe('bac')
  expect(ids(moved(list, 1, 1))).toBe('acb')
  expect(ids(list)).toBe('abc')
})

test.each([
  ['903108152200', '9', '03108152200'],
  ['915880000', '9', '15880000'],
  ['7100', '', '7100'],
  ['9123', '', '9123'],
])('%s', (number, prefix, rest) => expect(prefixOf(number)).toEqual({ prefix, rest }))
