import { useQuery } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import type { CallerIDs } from '../api/types.ts'

/** The numbers of a service of the agent's, in the admin's order; the first is 기본 (D6). */
export function useCallerIds(service: string) {
  return useQuery({
    queryKey: ['caller-ids', service],
    queryFn: () => request<CallerIDs>('GET', `/phone/caller-ids?service=${encodeURIComponent(service)}`),
    select: (answer) => answer.caller_ids,
    staleTime: 30_000,
  })
}
