import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, request } from '../api/client.ts'
import type { Card } from '../api/types.ts'

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
