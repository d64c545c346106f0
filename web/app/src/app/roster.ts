import { useSyncExternalStore } from 'react'
import type { Roster } from '../phone/view.ts'
import { useWorkplace } from './deskContext.ts'

/** Who can be reached inside, live while the component is shown. Null until the server has said it. */
export function useRoster(): Roster | null {
  const { roster } = useWorkplace().desk
  return useSyncExternalStore(roster.subscribe, roster.get)
}
