import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { request } from '../../api/client.ts'

/** One thing, as it is now: a form begins with it, so it is not refreshed while it is edited. reload asks anew. */
export function useItem<T>(path: string, id: string | undefined) {
  const client = useQueryClient()
  const key = [...path.split('/').filter(Boolean), 'item', id]
  const ask = () => request<T>('GET', `${path}/${encodeURIComponent(id ?? '')}`)
  const item = useQuery({
    queryKey: key,
    queryFn: ask,
    enabled: id !== undefined,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const forget = useCallback(
    () => client.invalidateQueries({ queryKey: path.split('/').filter(Boolean) }),
    [client, path],
  )
  return { item, reload: ask, forget }
}
