import { useSyncExternalStore } from 'react'
import { useWorkplace } from '../app/deskContext.ts'
import type { Services } from './store.ts'

/** The services of the agent, and the one he works in. */
export function useServices(): Services {
  const { services } = useWorkplace()
  return useSyncExternalStore(services.subscribe, services.getState)
}
