import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import type { Card } from '../api/types.ts'
import { understand } from './understand.ts'

/** So long after the last digit the server is asked. */
const pauseMs = 250

export interface Lookup {
  /** Something outside can be looked up: there will be an answer. */
  asked: boolean
  /** Undefined until it is there. */
  card: Card | undefined
  failed: boolean
}

/** Whose number is being typed, as the service knows it. Numbers inside, emergency numbers and half a number are nobody's. */
export function useLookup(typed: string, service: string): Lookup {
  const number = understand(typed)
  const wanted = number && number.kind !== 'inside' && number.kind !== 'emergency' ? number.digits : ''
  const [settled] = useDebouncedValue(wanted, pauseMs)
  const asked = wanted !== '' && service !== ''
  const answer = useQuery({
    queryKey: ['lookup', service, settled],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ service, number: settled })
      return request<Card>('GET', `/phone/lookup?${query}`, undefined, signal)
    },
    enabled: asked && settled === wanted,
    staleTime: 0, // A call just now is the last contact.
    gcTime: 60_000,
    retry: false,
  })
  const there = asked && settled === wanted
  return { asked, card: there ? answer.data : undefined, failed: there && answer.isError }
}
