import { useQuery } from '@tanstack/react-query'
import { request } from '../api/client.ts'

/** A number that may be shown to the customer (발신번호, 등록 완료). */
export interface CallerId {
  number: string
  name: string
  default: boolean
}

/** The numbers of the agent's service, in the admin's order; the first is 기본 (D6). */
export function useCallerIds() {
  return useQuery({
    queryKey: ['caller-ids'],
    queryFn: () => request<{ caller_ids: CallerId[] }>('GET', '/phone/caller-ids?service='),
    select: (answer) => answer.caller_ids,
    staleTime: 30_000,
  })
}
