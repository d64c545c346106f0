import { expect, test, vi } from 'vitest'
import { FakeMemory } from '../phone/fakes.ts'
import { ServiceStore } from './store.ts'

const [shop, travel] = [
  { id: 's1', name: '한빛몰 고객센터' },
  { id: 's2', name: '한빛투어' },
]
const open = (tab = new FakeMemory(), browser = new FakeMemory(), services = [shop, travel], user = 'u1') =>
  new ServiceStore({ user, services, tab, browser })

test('one begins in the first service, and who has none has none', () => {
  expect(open().getState().current).toBe(shop)
  expect(open(undefined, undefined, []).getState().current).toBeNull()
})

test('the choice is this tab’s, for this user; a new tab begins with the last one', () => {
  const [one, other, browser] = [new FakeMemory(), new FakeMemory(), new FakeMemory()]
  open(one, browser).choose('s2')
  expect(open(one, browser).getState().current).toBe(travel)
  const second = open(other, browser)
  expect(second.getState().current).toBe(travel)
  second.choose('s1')
  expect(open(one, browser).getState().current).toBe(travel)
  expect(open(one, browser, undefined, 'u2').getState().current).toBe(shop)
})

test('a service that is not his cannot be chosen, and one that is taken away is left', () => {
  const store = open()
  const told = vi.fn()
  store.subscribe(told)
  store.choose('s9')
  expect(told).not.toHaveBeenCalled()
  store.choose('s2')
  store.update([shop, travel])
  expect(told).toHaveBeenCalledTimes(1)
  store.update([shop])
  expect(store.getState()).toEqual({ all: [shop], current: shop })
})
