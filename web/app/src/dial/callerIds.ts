import { useQuery } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import type { CallerIDs } from '../api/types.ts'

/** The numbers of the agent's service, in the admin's order; the first is 기본 (D6). */
export function useCallerIds() {
  return useQuery({
    queryKey: ['caller-ids'],
    queryFn: () => request<CallerIDs>('GET', '/phone/caller-ids?service='),
    select: (answer) => answer.caller_ids,
    staleTime: 30_000,
  })
}
