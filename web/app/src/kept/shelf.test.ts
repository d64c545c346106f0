import { expect, test, vi } from 'vitest'
import { FakeStorage } from './fakes.ts'
import { Shelf } from './shelf.ts'

const shelf = (memory = new FakeStorage(), events?: EventTarget) =>
  new Shelf<{ at: number }>({
    memory,
    prefix: 'x.',
    most: 3,
    parse: (value) => (typeof (value as { at?: unknown })?.at === 'number' ? (value as { at: number }) : null),
    age: ({ at }) => at,
    events,
  })

test('keeps its own items, the oldest first, and the oldest makes room', () => {
  const memory = new FakeStorage()
  memory.setItem('y.a', '{"at":1}')
  const s = shelf(memory)
  for (const at of [5, 2, 9, 7]) s.put(`i${at}`, { at })
  expect(s.all().map(([id]) => id)).toEqual(['i5', 'i7', 'i9'])
  s.put('i5', { at: 10 })
  expect(s.all().map(([id]) => id)).toEqual(['i7', 'i9', 'i5'])
  s.remove('i7')
  expect(s.get('i7')).toBeNull()
  expect(memory.getItem('y.a')).not.toBeNull()
})

test.each(['{', 'null', '7', '{"at":"now"}'])('does not read %s', (text) => {
  const memory = new FakeStorage()
  memory.setItem('x.a', text)
  expect(shelf(memory).get('a')).toBeNull()
  expect(shelf(memory).all()).toEqual([])
})

test('says so when the browser is full', () => {
  const memory = new FakeStorage()
  memory.full = true
  expect(shelf(memory).put('a', { at: 1 })).toBe(false)
})

test('tells of changes here and in other pages', () => {
  const events = new EventTarget()
  const s = shelf(new FakeStorage(), events)
  const told = vi.fn()
  const stop = s.subscribe(told)
  s.put('a', { at: 1 })
  const elsewhere = (key: string | null) => events.dispatchEvent(Object.assign(new Event('storage'), { key }))
  elsewhere('x.b')
  elsewhere('y.b')
  elsewhere(null)
  expect(told).toHaveBeenCalledTimes(3)
  stop()
  elsewhere('x.b')
  expect(told).toHaveBeenCalledTimes(3)
})
