import { useQueryClient } from '@tanstack/react-query'
import type { TicketPage } from '../api/types.ts'
import { useDesk } from '../app/deskContext.ts'

/** The service the agent works for, as far as calls and tickets tell: the one of the call, else of the newest ticket. */
export function useServiceName(): string {
  const { view, lastCall } = useDesk()
  const newest = useQueryClient().getQueryData<{ pages: TicketPage[] }>(['tickets', 'list'])?.pages[0]?.tickets[0]
  return view?.call?.service.name || lastCall?.service.name || newest?.service.name || ''
}
