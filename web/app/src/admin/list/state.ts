import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

/** What of a list is shown. All of it stands in the address, so that a reload and a link show the same. */
export type ListState = Record<string, string>

/** The state of the list on this page; change() takes '' for nothing, and goes back to the first page unless it says which. */
export function useListState(): [ListState, (next: ListState) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const state: ListState = {}
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') state[key] = String(value)
  }
  const change = useCallback(
    (next: ListState) => {
      void navigate({
        to: '.',
        replace: true,
        search: ((was: Record<string, unknown>) => {
          const now: Record<string, unknown> = { ...was, page: undefined, before: undefined, ...next }
          return Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined && value !== ''))
        }) as never,
      })
    },
    [navigate],
  )
  return [state, change]
}

/** The state as the server's query, of the names that it knows. */
export function queryOf(state: ListState, names: readonly string[]): string {
  const query = new URLSearchParams()
  for (const name of names) {
    const value = state[name]
    if (value !== undefined && value !== '') query.set(name, value)
  }
  const text = query.toString()
  return text && `?${text}`
}
