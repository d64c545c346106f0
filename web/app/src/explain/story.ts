import { useQuery } from '@tanstack/react-query'
import { ApiError, request } from '../api/client.ts'
import type { CallClause, CallEvents } from '../api/types.ts'
import type { Look } from '../phone/state.ts'
import en from './words.en.json'
import ko from './words.ko.json'

/** The words for what becomes of calls, by code: `bellhop explain` reads the same files. */
const korean: Record<string, string> = ko
const catalogues: Record<string, Record<string, string>> = { ko, en }

/** What became of a call. A story that is not there, or not ours, is not asked for again. */
export function useStory(call: string) {
  return useQuery({
    queryKey: ['calls', call, 'events'],
    queryFn: () => request<CallEvents>('GET', `/calls/${encodeURIComponent(call)}/events`),
    retry: (failures, error) => !isGone(error) && failures < 2,
  })
}

export function isGone(error: Error): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 422)
}

export interface Forms {
  /** A span of milliseconds in words. */
  span: (ms: number) => string
  /** A telephone number as people read it. */
  number: (digits: string) => string
}

/** The sentence for a code. One of a newer server is shown as it is. */
export function sentence(clause: CallClause, language: string, forms: Forms): string {
  const words = catalogues[language] ?? korean
  return (words[clause.code] ?? clause.code).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
    filled(name, clause.params, forms),
  )
}

function filled(name: string, params: Record<string, string>, forms: Forms): string {
  const value = params[name]
  if (value !== undefined) return name.endsWith('number') || name === 'to' ? forms.number(value) || value : value
  const ms = Number.parseInt(params[`${name}_ms`] ?? '', 10)
  return Number.isNaN(ms) ? '–' : forms.span(ms)
}

const looks: Record<string, Look> = {
  dialled: 'ring',
  dialled_inside: 'ring',
  offered: 'ring',
  offered_again: 'ring',
  connected: 'talk',
  resumed: 'talk',
  rejoined: 'talk',
  held: 'hold',
  consult_started: 'consult',
  consult_connected: 'consult',
  consult_ended: 'hold',
  three_way: 'consult',
  handed_over: 'consult',
  transferred: 'consult',
  declined: 'break',
  missed: 'break',
  recovered: 'work',
  repaired: 'work',
}

/** The colour of an event's point. */
export function lookOfEvent(code: string): Look | undefined {
  if (code.startsWith('ended')) return 'dead'
  if (code.startsWith('overflowed')) return 'hold'
  return looks[code] ?? (['offer_lost', 'parked', 'returned', 'hostile_end'].includes(code) ? 'dead' : undefined)
}

/** Seconds between two moments, in milliseconds; nothing for the first. */
export function gap(at: string, before: string | undefined): number | undefined {
  if (before === undefined) return undefined
  const ms = Date.parse(at) - Date.parse(before)
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
