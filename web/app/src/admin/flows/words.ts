import type { TFunction } from 'i18next'
import { formatNumber } from '../../format/phone.ts'
import { type Finding, type FlowParts, kindOf, type Opening, type Step, type Taken } from './model.ts'

type T = TFunction<'admin'>
type Any = (key: string, options?: Record<string, unknown>) => string

/** What the words of a flow are made with. */
export interface Context {
  t: T
  steps: readonly Step[]
  parts: FlowParts | undefined
}

/** 평일, 매일, 주말, or the days one by one. */
export function daysWord(t: T, days: readonly number[]): string {
  const sorted = [...new Set(days)].sort().join('')
  if (sorted === '12345') return t('flows.days.weekdays')
  if (sorted === '0123456') return t('flows.days.every')
  if (sorted === '06') return t('flows.days.weekend')
  return [1, 2, 3, 4, 5, 6, 0]
    .filter((day) => days.includes(day))
    .map((day) => t(`flows.days.d${day}` as 'flows.days.d0'))
    .join('·')
}

/** 평일 09:00–18:00, 토 09:00–13:00 */
export function hoursWord(t: T, open: readonly Opening[]): string {
  return open.map((o) => `${daysWord(t, o.days ?? [])} ${o.from}–${o.to}`).join(', ')
}

export function soundWord({ t, parts }: Context, id: string | undefined): string {
  if (!id) return t('flows.noSound')
  const known = parts?.sounds.find((sound) => sound.id === id)
  return known?.name || (t as unknown as Any)(`flows.sounds.${id}`, { defaultValue: id })
}

export function queueWord({ t, parts }: Context, id: string | undefined): string {
  if (!id) return t('flows.noQueue')
  return parts?.queues.find((queue) => queue.id === id)?.name ?? (parts ? t('flows.goneQueue') : '…')
}

/** What a step is called: its own name, or what it does. */
export function nameOf(c: Context, step: Step): string {
  if (step.name) return step.name
  switch (kindOf(step)) {
    case 'queue':
      return c.t('flows.name.queue', { queue: queueWord(c, step.queue) })
    case 'number':
      return step.number ? formatNumber(step.number) : c.t('flows.kind.number')
    case undefined:
      return step.kind
    default:
      return c.t(`flows.kind.${kindOf(step) ?? 'say'}`)
  }
}

/** Where a step leads: "3 메뉴". */
export function targetWord(c: Context, id: string | undefined): string {
  const at = c.steps.findIndex((step) => step.id === id)
  const step = c.steps[at]
  return step ? `${at + 1} ${nameOf(c, step)}` : c.t('flows.nowhere')
}

/** A step as one sentence. */
export function sentence(c: Context, step: Step): string {
  const { t } = c
  const sound = soundWord(c, step.sound)
  switch (kindOf(step)) {
    case 'hours': {
      const hours = hoursWord(t, step.open ?? []) || t('flows.say.neverOpen')
      const words = { hours, next: targetWord(c, step.next), else: targetWord(c, step.else) }
      const holidays = (step.holidays ?? []).length
      return t('flows.say.hours', words) + (holidays > 0 ? ` ${t('flows.say.holidays', { count: holidays })}` : '')
    }
    case 'say':
      return t('flows.say.say', { sound, next: targetWord(c, step.next) })
    case 'menu': {
      const keys = Object.keys(step.keys ?? {})
      const words = {
        sound,
        keys: keys.join(', ') || '–',
        wait: step.wait || 5,
        tries: step.tries || 3,
        else: targetWord(c, step.else),
      }
      return t('flows.say.menu', words)
    }
    case 'queue': {
      const words = { queue: queueWord(c, step.queue), seconds: step.after ?? 0, else: targetWord(c, step.else) }
      if (!step.else) return t('flows.say.queueForEver', words)
      return step.after ? t('flows.say.queue', words) : t('flows.say.queueFull', words)
    }
    case 'number':
      return t('flows.say.number', { number: step.number ? formatNumber(step.number) : '–' })
    case 'hangup':
      return step.sound ? t('flows.say.hangup', { sound }) : t('flows.say.hangupAtOnce')
    default:
      return step.kind
  }
}

/** Why a finding stands there, and what to do. */
export function findingWord(c: Context, finding: Finding): string {
  const { field, steps, ...rest } = finding.params ?? {}
  const words: Record<string, unknown> = { ...rest }
  if (field) words.field = (c.t as unknown as Any)(`flows.finding_field.${field}`, { defaultValue: field })
  if (steps)
    words.steps = steps
      .split(' ')
      .map((id) => targetWord(c, id))
      .join(' → ')
  return (c.t as unknown as Any)(`flows.finding.${finding.code}`, { ...words, defaultValue: finding.code })
}

/** One step of a dry run as a sentence. */
export function takenWord(c: Context, taken: Taken): string {
  const step = c.steps.find((s) => s.id === taken.step)
  const label = taken.key ? (step?.labels?.[taken.key] ?? '') : ''
  const words = {
    key: taken.key ?? '',
    label,
    try: taken.try ?? 1,
    queue: queueWord(c, step?.queue),
    sound: soundWord(c, step?.sound),
  }
  const code = taken.outcome === 'ends' && step?.sound ? 'ends_sound' : taken.outcome
  return (c.t as unknown as Any)(`flows.outcome.${code}`, { ...words, defaultValue: code })
}
