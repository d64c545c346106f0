import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { request } from '../api/client.ts'
import type { TicketPage, TicketWithEvents } from '../api/types.ts'
import { useDesk } from '../app/deskContext.ts'

const pageSize = 50
/** Tickets are written a moment after the call they follow. */
const lagMs = 700
const refreshMs = 5_000

export function useTicketList() {
  return useInfiniteQuery({
    queryKey: ['tickets', 'list'],
    queryFn: ({ pageParam }) =>
      request<TicketPage>('GET', `/tickets?limit=${pageSize}${pageParam ? `&before=${pageParam}` : ''}`),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
    refetchInterval: refreshMs * 3,
  })
}

export function useTicket(number: string) {
  return useQuery({
    queryKey: ['tickets', number],
    queryFn: () => request<TicketWithEvents>('GET', `/tickets/${encodeURIComponent(number)}`),
    refetchInterval: refreshMs,
  })
}

/** Asks for the tickets anew whenever the agent's own call has moved on. */
export function useTicketRefresh(): void {
  const client = useQueryClient()
  const { view, ticket } = useDesk()
  const moment = [view?.call?.id, view?.call?.phase, view?.notice?.at, ticket?.number].join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the moment is what is waited for.
  useEffect(() => {
    const refresh = () => void client.invalidateQueries({ queryKey: ['tickets'] })
    refresh()
    const later = setTimeout(refresh, lagMs)
    return () => clearTimeout(later)
  }, [moment, client])
}
