import { useQuery } from '@tanstack/react-query'
import { request } from '../../api/client.ts'
import type { Session } from '../../api/types.ts'

/** What an area asks for; the server asks the same of every request. */
export type Right = 'organisation' | 'service' | 'people' | 'accessLog'

/** Whether somebody sees an area at all. */
export function may({ user, services }: Session, need: Right): boolean {
  if (user.role === 'admin') return true
  const manages = user.role === 'manager' && services.some((service) => service.manage)
  switch (need) {
    case 'organisation':
      return false
    case 'service':
      return manages
    case 'people':
      return manages || user.supervisor
    case 'accessLog':
      return user.role !== 'agent' && services.some((service) => service.access_log)
  }
}

/** Whether anything of the administration is his. */
export function mayAdminister(session: Session): boolean {
  return (['service', 'people', 'accessLog'] as const).some((need) => may(session, need))
}

/** Who is signed in, with his rights. */
export function useSession(): Session | undefined {
  return useQuery({
    queryKey: ['session'],
    queryFn: () => request<Session>('GET', '/session'),
    staleTime: Number.POSITIVE_INFINITY,
  }).data
}
