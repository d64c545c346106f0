import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, request } from '../api/client.ts'

/** What is known of the customer of a call: by his number, from earlier tickets, from earlier hostile calls. */
export interface Card {
  customer: { id: string; name: string; grade: string } | null
  tickets: { number: number; subject: string; status: string; created_at: string }[]
  hostile: { count: number; last_at: string | null }
}

/** The card of the call that the agent is offered or in. Undefined until it is there; a call may have none. */
export function useCard(call: string): Card | undefined {
  return (
    useQuery({
      queryKey: ['card', call],
      queryFn: async () => {
        try {
          return await request<Card>('GET', `/calls/${encodeURIComponent(call)}/card`)
        } catch (error) {
          if (error instanceof ApiError && error.status === 404) return null
          throw error
        }
      },
      enabled: call !== '',
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
    }).data ?? undefined
  )
}

/** The card of a call that is over, if this page had it. */
export function useKnownCard(call: string): Card | undefined {
  return useQueryClient().getQueryData<Card | null>(['card', call]) ?? undefined
}
