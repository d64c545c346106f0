import { useQuery } from '@tanstack/react-query'
import { request } from '../../api/client.ts'
import type { AdminMusic, AdminSound } from '../../api/types.ts'

const noSounds: AdminSound[] = []
const noMusic: AdminMusic[] = []

/** The sounds of a kind that a service may choose, the first hundred by name. */
export function useSounds(kind: AdminSound['kind'], service: string): AdminSound[] {
  const scope = service ? `&service=${encodeURIComponent(service)}` : ''
  const { data } = useQuery({
    queryKey: ['admin', 'sounds', 'choice', kind, service],
    queryFn: () => request<{ items: AdminSound[] }>('GET', `/admin/sounds?per_page=100&sort=name&kind=${kind}${scope}`),
  })
  return data?.items ?? noSounds
}

/** The hold music that queues may choose. */
export function useMusic(): AdminMusic[] {
  const { data } = useQuery({
    queryKey: ['admin', 'music', 'choice'],
    queryFn: () => request<{ items: AdminMusic[] }>('GET', '/admin/music?per_page=100&sort=name'),
  })
  return data?.items ?? noMusic
}

/** 83,000 ms → 1:23. */
export function lengthWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
