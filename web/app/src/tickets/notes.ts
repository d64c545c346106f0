import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import { request, sendOnce } from '../api/client.ts'
import type { components } from '../api/schema.gen.ts'
import { useWorkplace } from '../app/deskContext.ts'
import type { Letter } from './outbox.ts'

export type Note = components['schemas']['Note']
type NotePage = components['schemas']['NotePage']

const pageSize = 100
const refreshMs = 5_000

export const notesKey = (ticket: string) => ['tickets', ticket, 'notes'] as const

/** The notes of a ticket, newest page first. */
export function useNotes(ticket: string) {
  return useInfiniteQuery({
    queryKey: notesKey(ticket),
    queryFn: ({ pageParam }) =>
      request<NotePage>(
        'GET',
        `/tickets/${encodeURIComponent(ticket)}/notes?limit=${pageSize}${pageParam ? `&before=${pageParam}` : ''}`,
      ),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
    refetchInterval: refreshMs,
  })
}

export async function sendNote(key: string, { ticket, text }: Letter): Promise<void> {
  await sendOnce<Note>(`/tickets/${encodeURIComponent(ticket)}/notes`, { text }, key)
}

/** The saved notes of a ticket that the server does not have yet. */
export function useLetters(ticket: string): [key: string, letter: Letter][] {
  const { outbox } = useWorkplace().notes
  const version = useSyncExternalStore(outbox.subscribe, outbox.version)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when to look again.
  return useMemo(() => outbox.of(ticket), [outbox, ticket, version])
}

/** Whether a note was begun on a ticket. */
export function useBegun(ticket: string): boolean {
  const { drafts } = useWorkplace().notes
  useSyncExternalStore(drafts.subscribe, drafts.version)
  return drafts.read(ticket) !== null
}
