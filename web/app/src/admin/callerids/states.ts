import type { AdminCallerID } from '../../api/types.ts'

/** What the filter sorts numbers into. */
export type Kind = 'completed' | 'open' | 'rejected'

export function kindOf({ state }: AdminCallerID): Kind {
  if (state === 'completed' || state === 'expired') return 'completed'
  return state === 'rejected' ? 'rejected' : 'open'
}

/** Whether a number has a place in the agents' list; an expired one keeps it for when it is extended. */
export function inOrder(c: AdminCallerID): boolean {
  return kindOf(c) === 'completed'
}

/** The colour of a state; each has a shape and a word besides. */
export const colourOf: Record<AdminCallerID['state'], string> = {
  requested: 'work',
  reviewing: 'ring',
  completed: 'talk',
  rejected: 'dead',
  expired: 'dead',
}
