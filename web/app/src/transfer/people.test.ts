import { describe, expect, test } from 'vitest'
import type { Roster, RosterAgent } from '../phone/view.ts'
import { finds, groupsOf, inOrder, reach } from './people.ts'

const agent = (id: string, change: Partial<RosterAgent> = {}): RosterAgent => ({
  id,
  name: `상담원 ${id}`,
  extension: `20${id}`,
  groups: ['배송팀'],
  state: 'ready',
  kind: '',
  since: '2026-11-20T07:00:00.000Z',
  ...change,
})

const roster: Roster = {
  agents: [
    agent('41'),
    agent('42', { since: '2026-11-20T06:00:00.000Z', groups: ['배송팀', '결제팀'] }),
    agent('43', { state: 'talking', groups: ['결제팀'] }),
  ],
  queues: [{ id: 'q', name: '결제·증빙', number: '7200', waiting: 1, ready: 2 }],
}

describe('a typed number leads to', () => {
  test('an agent', () => expect(reach('2041', roster)).toMatchObject({ kind: 'agent', agent: { id: '41' } }))
  test('a queue', () => expect(reach('7200', roster)).toMatchObject({ kind: 'queue', queue: { id: 'q' } }))
  test('an outside number', () =>
    expect(reach('9 010 1234 5678', roster)).toEqual({ kind: 'outside', shown: '010-1234-5678' }))
  test('nobody', () => expect(reach('2999', roster)).toBeNull())
  test('nobody yet', () => expect(reach('2041', null)).toBeNull())
  test('nothing', () => expect(reach('', roster)).toBeNull())
})

test('groups count their ready agents, without the one who looks', () => {
  expect(groupsOf(roster, '41')).toEqual([
    { name: '결제팀', ready: 1 },
    { name: '배송팀', ready: 1 },
  ])
})

test('agents keep their place when they leave 대기, and new ones come behind', () => {
  const first = inOrder([], roster, '99')
  expect(first).toEqual(['42', '41'])
  const later = { ...roster, agents: [agent('41'), agent('42', { state: 'talking' }), agent('44')] }
  expect(inOrder(first, later, '99')).toEqual(['42', '41', '44'])
  expect(inOrder(first, roster, '99')).toBe(first)
  expect(inOrder([], roster, '42')).toEqual(['41'])
})

test.each([
  ['', true],
  ['박지', true],
  ['205', true],
  ['0 31', false],
  ['김', false],
])('search %j', (query, found) => expect(finds(query, '박지훈', '2051')).toBe(found))
