import { Link, type LinkProps, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface Props {
  /** Below /admin: services/123. */
  to: string
  className?: string
  activeProps?: LinkProps['activeProps']
  children: ReactNode
}

/** A link within the administration. */
export function AdminLink({ to, ...rest }: Props) {
  return <Link to="/admin/$" params={{ _splat: to }} {...rest} />
}

/** Opens a screen of the administration, by its path below /admin. */
export function useOpen(): (to: string) => Promise<void> {
  const navigate = useNavigate()
  return (to) => navigate({ to: '/admin/$', params: { _splat: to } })
}

/** Where a thing that the server names by subject and id is edited; null when it has no screen. */
export function screenOf(subject: string, id: string): string | null {
  const area = subjects[subject]
  return area ? `${area}/${encodeURIComponent(id)}` : null
}

/** The area in which things of a subject are edited. */
export const subjects: Record<string, string> = {
  service: 'services',
  person: 'people',
  group: 'groups',
  queue: 'queues',
  number: 'numbers',
  flow: 'flows',
  caller_id: 'caller-ids',
  sound: 'sounds',
  music: 'sounds/music',
  trunk: 'trunks',
  phone: 'cti',
}
