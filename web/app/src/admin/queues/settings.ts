import type { TFunction } from 'i18next'
import type { AdminQueue, QueueMember, QueueSettings } from '../../api/types.ts'

export const strategies = ['longest_idle', 'round_robin', 'fewest_calls', 'priority'] as const

/** A queue as it is edited: its members with what is known of them. */
export type QueueValues = Omit<QueueSettings, 'members'> & { members: QueueMember[] } & Record<string, unknown>

/** What a queue begins with. */
export const fresh: QueueValues = {
  service: '',
  name: '',
  number: '',
  strategy: 'longest_idle',
  reclaim_seconds: 30,
  miss_limit: 2,
  waiting_limit: 0,
  answer_seconds: 20,
  music: '',
  say_every_seconds: 0,
  skills: [],
  members: [],
}

/** What of a queue is edited. */
export function valuesOf(q: AdminQueue): QueueValues {
  const { service, name, number, strategy, reclaim_seconds, miss_limit, waiting_limit, answer_seconds } = q
  const { music, say_every_seconds, skills, members } = q
  return {
    service,
    name,
    number,
    strategy: strategy as QueueValues['strategy'],
    reclaim_seconds,
    miss_limit,
    waiting_limit,
    answer_seconds,
    music,
    say_every_seconds,
    skills,
    members,
  }
}

/** What is sent to the server. A field that was emptied counts as 0. */
export function bodyOf(values: QueueValues): QueueSettings {
  const whole = (n: unknown) => Math.round(Number(n) || 0)
  return {
    ...values,
    reclaim_seconds: whole(values.reclaim_seconds),
    miss_limit: whole(values.miss_limit),
    waiting_limit: whole(values.waiting_limit),
    answer_seconds: whole(values.answer_seconds),
    say_every_seconds: whole(values.say_every_seconds),
    members: values.members.map(({ agent, priority }) => ({ agent, priority: whole(priority) })),
  }
}

/** The skills of the queue that a member lacks, as skills are compared. */
export function missing(skills: readonly string[], member: QueueMember): string[] {
  const fold = (word: string) => word.normalize('NFKC').toLowerCase().trim()
  const has = new Set(member.skills.map(fold))
  return skills.filter((skill) => !has.has(fold(skill)))
}

export function strategyWord(t: TFunction<'admin'>, strategy: string): string {
  return t(`queues.values.strategy.${strategy}` as 'queues.values.strategy.priority')
}
