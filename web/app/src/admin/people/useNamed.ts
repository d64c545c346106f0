import { useQuery } from '@tanstack/react-query'
import { request } from '../../api/client.ts'

interface Named {
  id: string
  name: string
}

const none: Named[] = []

/** The names of things of which there are few, for choices: the first hundred. */
export function useNamed(path: '/admin/services' | '/admin/groups', enabled = true): Named[] {
  const { data } = useQuery({
    queryKey: [...path.split('/').filter(Boolean), 'names'],
    queryFn: () => request<{ items: Named[] }>('GET', `${path}?per_page=100&sort=name`),
    enabled,
  })
  return data?.items ?? none
}
