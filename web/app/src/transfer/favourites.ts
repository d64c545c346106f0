import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import type { Favourite, Favourites } from '../api/types.ts'

/** One's own 자주 사용되는 번호. Outside numbers are kept as 9 and the number (PH-53). */
const key = ['favourites']
const path = '/phone/favourites'
export const maxName = 64

export function useFavourites() {
  return useQuery({ queryKey: key, queryFn: () => request<Favourites>('GET', path), select: (list) => list.favourites })
}

type Change<T> = UseMutationResult<unknown, Error, T>

/** Adds one, or changes the one with that id. */
export function useSaveFavourite(): Change<{ id: string; name: string; number: string }> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, name, number }) =>
      id
        ? request('PUT', `${path}/${encodeURIComponent(id)}`, { name, number })
        : request('POST', path, { name, number }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  })
}

export function useRemoveFavourite(): Change<string> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id) => request('DELETE', `${path}/${encodeURIComponent(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  })
}

/** Puts them into this order. The screen shows it at once, and goes back when the server refuses. */
export function useOrderFavourites(): Change<Favourite[]> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (favourites) => request('PUT', `${path}/order`, { ids: favourites.map((one) => one.id) }),
    onMutate: (favourites) => client.setQueryData<Favourites>(key, { favourites }),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  })
}

/** The list with the one at the place moved by one step up (-1) or down (1). */
export function moved(list: readonly Favourite[], at: number, step: -1 | 1): Favourite[] {
  const next = [...list]
  const [one] = next.splice(at, 1)
  if (one) next.splice(at + step, 0, one)
  return next
}

/** How a kept number is read: 9 031-0815-2200. */
export function prefixOf(number: string): { prefix: string; rest: string } {
  return /^9(0\d{8,}|1[568]\d{6}$)/.test(number) ? { prefix: '9', rest: number.slice(1) } : { prefix: '', rest: number }
}
