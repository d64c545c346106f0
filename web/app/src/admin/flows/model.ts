import type { components } from '../../api/schema.gen.ts'

type Schemas = components['schemas']

export type Flow = Schemas['Flow']
export type FlowParts = Schemas['FlowParts']
export type Opening = Schemas['Opening']
export type Finding = Schemas['Finding']
export type Taken = Schemas['Taken']
export type FlowSaved = Schemas['FlowSaved']
export type FlowSettings = Pick<Flow, 'name' | 'numbers' | 'time_zone' | 'steps'>

export const kinds = ['hours', 'say', 'menu', 'queue', 'number', 'hangup'] as const
export type Kind = (typeof kinds)[number]
export type Step = Schemas['Step']

export const maxSteps = 100
export const keyOrder = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'] as const

/** The kind, where this program knows it. */
export function kindOf(step: Step): Kind | undefined {
  return kinds.find((kind) => kind === step.kind)
}

/** The fields of a kind that name another step. */
const leads: Record<Kind, ('next' | 'else')[]> = {
  hours: ['next', 'else'],
  say: ['next'],
  menu: ['else'],
  queue: ['else'],
  number: [],
  hangup: [],
}

export function leadsOf(step: Step): ('next' | 'else')[] {
  const kind = kindOf(step)
  return kind ? leads[kind] : []
}

/** A new step of a kind, with an id that no other has. */
export function fresh(kind: Kind, steps: readonly Step[]): Step {
  const taken = new Set(steps.map((step) => step.id))
  let n = steps.length + 1
  while (taken.has(`s${n}`)) n++
  const step: Step = { id: `s${n}`, kind }
  if (kind === 'hours') step.open = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }]
  if (kind === 'menu') Object.assign(step, { keys: { '1': '' }, wait: 5, tries: 2 })
  if (kind === 'queue') step.after = 60
  return step
}

/** The steps with a new one behind another: what led on from that one leads through the new one now. */
export function added(steps: readonly Step[], step: Step, at: number): Step[] {
  const before = steps[at - 1]
  const made = { ...step }
  const list = [...steps]
  if (before && (before.kind === 'say' || before.kind === 'hours')) {
    if (leadsOf(made).includes('next') && before.next) made.next = before.next
    list[at - 1] = { ...before, next: made.id }
  }
  list.splice(at, 0, made)
  return list
}

/** The steps without one. What led to it leads nowhere, and the checks say so; words alone are stepped over. */
export function removed(steps: readonly Step[], id: string): Step[] {
  const gone = steps.find((step) => step.id === id)
  const instead = gone?.kind === 'say' && gone.next !== id ? (gone.next ?? '') : ''
  const to = (target: string | undefined) => (target === id ? instead : target)
  return steps
    .filter((step) => step.id !== id)
    .map((step) => ({
      ...step,
      ...(step.next !== undefined && { next: to(step.next) }),
      ...(step.else !== undefined && { else: to(step.else) }),
      ...(step.keys && {
        keys: Object.fromEntries(Object.entries(step.keys).map(([key, target]) => [key, to(target) ?? ''])),
      }),
    }))
}

/** What makes two steps the same for people: everything but the order of what is written. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b))
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, v]) => v !== undefined && v !== '' && v !== null && v !== 0)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, ordered(v)]))
}

export interface Change {
  id: string
  what: 'added' | 'removed' | 'changed' | 'moved'
  before?: Step
  after?: Step
}

/** What is different between two versions, step by step. */
export function diff(before: readonly Step[], after: readonly Step[]): Change[] {
  const old = new Map(before.map((step) => [step.id, step]))
  const now = new Set(after.map((step) => step.id))
  const kept = before.filter((step) => now.has(step.id)).map((step) => step.id)
  const order = after.filter((step) => old.has(step.id)).map((step) => step.id)
  const changes: Change[] = []
  for (const step of after) {
    const was = old.get(step.id)
    if (!was) changes.push({ id: step.id, what: 'added', after: step })
    else if (!same(was, step)) changes.push({ id: step.id, what: 'changed', before: was, after: step })
    else if (kept.indexOf(step.id) !== order.indexOf(step.id)) {
      changes.push({ id: step.id, what: 'moved', before: was, after: step })
    }
  }
  for (const step of before) if (!now.has(step.id)) changes.push({ id: step.id, what: 'removed', before: step })
  return changes
}

export function settingsOf(flow: Flow): FlowSettings {
  return { name: flow.name, numbers: flow.numbers, time_zone: flow.time_zone, steps: flow.steps }
}
