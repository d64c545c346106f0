import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { request } from '../api/client.ts'
import type { components } from '../api/schema.gen.ts'
import { useDesk } from '../app/deskContext.ts'

export const results = [
  'answered',
  'missed',
  'declined',
  'lost',
  'busy',
  'no_answer',
  'refused',
  'unallocated',
  'network_error',
  'cancelled',
  'no_agent',
  'caller_gone',
  'transferred',
] as const
export type CallResult = (typeof results)[number]

/** How a call sounded. */
export type CallQuality = components['schemas']['CallQuality']

/** An agent's part in a call that is over for him. Times are RFC 3339 in UTC. */
export interface PastCall {
  id: number
  call: string
  direction: 'inbound' | 'outbound' | 'internal'
  number: string
  name: string
  queue: string
  service: string
  result: string
  ended_by: 'customer' | 'agent' | 'target' | 'system'
  reason: string
  started_at: string
  connected_at: string | null
  ended_at: string
  talk_ms: number
  hold_ms: number
  ticket: number | null
  quality: CallQuality | null
}

export interface PastCallPage {
  calls: PastCall[]
  next: string | null
}

const historyKey = ['phone', 'history'] as const

/** The agent's own calls, newest first, page by page. */
export function useHistory(missed: boolean, limit: number) {
  return useInfiniteQuery({
    queryKey: [...historyKey, { missed, limit }],
    queryFn: ({ pageParam }) =>
      request<PastCallPage>('GET', `/phone/history?${historyQuery(missed, limit, pageParam)}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

export function historyQuery(missed: boolean, limit: number, before: string): string {
  const query = new URLSearchParams({ limit: String(limit) })
  if (before) query.set('before', before)
  if (missed) query.set('missed', 'true')
  return query.toString()
}

/** Asks anew when a call or an offer has ended. The record is written a moment after it. */
export function useHistoryRefresh(): void {
  const client = useQueryClient()
  const call = useDesk().view?.call?.id ?? ''
  const before = useRef(call)
  useEffect(() => {
    const ended = before.current !== '' && before.current !== call
    before.current = call
    if (!ended) return
    const timers = [300, 1500].map((ms) =>
      setTimeout(() => void client.invalidateQueries({ queryKey: historyKey }), ms),
    )
    return () => timers.forEach(clearTimeout)
  }, [client, call])
}

/** What happened, as a word in the catalogue. */
export function resultWord(
  call: Pick<PastCall, 'result' | 'direction'>,
): `history.result_${CallResult | 'connected' | 'other'}` {
  const known = results.find((result) => result === call.result)
  if (known === 'answered' && call.direction === 'outbound') return 'history.result_connected'
  return `history.result_${known ?? 'other'}`
}

/** Who ended a call that was on; a call that never was has its result instead. */
export function endedWord(
  call: Pick<PastCall, 'ended_by' | 'connected_at'>,
): `history.ended_${PastCall['ended_by']}` | null {
  const known = ['customer', 'agent', 'target', 'system'].includes(call.ended_by)
  return call.connected_at !== null && known ? `history.ended_${call.ended_by}` : null
}

/** The agent should look at these: nobody was spoken to. */
export function isMissed(call: Pick<PastCall, 'result'>): boolean {
  return ['missed', 'lost', 'caller_gone'].includes(call.result)
}

/** Whether there is a number to call back. */
export function canRedial(call: Pick<PastCall, 'number'>): boolean {
  return /^\+?\d{2,}$/.test(call.number)
}
