import { understand } from '../dial/understand.ts'
import type { Roster, RosterAgent, RosterQueue } from '../phone/view.ts'

/** Whom a typed number leads to. */
export type Reached =
  | { kind: 'agent'; agent: RosterAgent }
  | { kind: 'queue'; queue: RosterQueue }
  | { kind: 'outside'; shown: string }

/** Whom the number leads to, or null when it is no number, or one that nobody inside has. */
export function reach(typed: string, roster: Roster | null): Reached | null {
  const number = understand(typed)
  if (!number) return null
  if (number.kind !== 'inside') return { kind: 'outside', shown: number.shown }
  const agent = roster?.agents.find((a) => a.extension === number.digits)
  if (agent) return { kind: 'agent', agent }
  const queue = roster?.queues.find((q) => q.number === number.digits)
  return queue ? { kind: 'queue', queue } : null
}

/** A group and how many of its agents are 대기. */
export interface Group {
  name: string
  ready: number
}

/** The groups by name. The one who asks is not counted. */
export function groupsOf(roster: Roster, self: string): Group[] {
  const ready = new Map<string, number>()
  for (const agent of roster.agents) {
    for (const group of agent.groups) {
      const counts = agent.id !== self && agent.state === 'ready'
      ready.set(group, (ready.get(group) ?? 0) + (counts ? 1 : 0))
    }
  }
  return [...ready].map(([name, count]) => ({ name, ready: count })).sort((a, b) => a.name.localeCompare(b.name, 'ko'))
}

/** Whether a search finds a name or a number: without regard to case, spaces and hyphens. */
export function finds(query: string, name: string, number: string): boolean {
  const wanted = plain(query)
  return wanted === '' || plain(name).includes(wanted) || plain(number).includes(wanted)
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/[\s-]/g, '')
}

/**
 * The agents to show, in the order in which they were first seen to be 대기, the longest first. One who leaves 대기
 * keeps his place, so that nothing moves under the hand. The order grows by whoever is new.
 */
export function inOrder(order: readonly string[], roster: Roster, self: string): string[] {
  const known = new Set(order)
  const fresh = roster.agents
    .filter((agent) => agent.state === 'ready' && agent.id !== self && !known.has(agent.id))
    .sort((a, b) => a.since.localeCompare(b.since))
  return fresh.length === 0 ? (order as string[]) : [...order, ...fresh.map((agent) => agent.id)]
}
