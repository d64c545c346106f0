import { useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { TicketPage } from '../api/types.ts'
import { useDesk } from '../app/deskContext.ts'
import { useWindows, type WindowName } from '../app/windows.ts'
import { controlsOf } from '../phone/state.ts'
import { neighbour } from './neighbour.ts'
import { useShortcut, useShortcutKeys } from './useShortcutKeys.ts'

/** Listens to the shortcuts for as long as somebody is signed in. */
export function ShortcutKeys({ openPhone }: { openPhone: () => void }) {
  const { open, show, close } = useWindows()
  const { view } = useDesk()
  const toggle = useCallback((name: WindowName) => (open === name ? close() : show(name)), [open, show, close])
  const can = view?.call && view.occupation !== 'offered' ? controlsOf(view.call) : null
  const toggleList = useCallback(() => toggle('shortcuts'), [toggle])
  const keypad = useCallback(() => toggle('keypad'), [toggle])
  const transfer = useCallback(() => toggle('transfer'), [toggle])
  useShortcut('keypad', can?.keys ? keypad : null)
  useShortcut('transfer', can?.transfer ? transfer : null)
  useTicketKeys()
  useShortcutKeys({ openPhone, toggleList })
  return null
}

/** To the next and the previous ticket of the list that was last on the screen. */
function useTicketKeys(): void {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const go = useCallback(
    (step: 1 | -1) => {
      const pages = client.getQueryData<{ pages: TicketPage[] }>(['tickets', 'list'])?.pages ?? []
      const numbers = pages.flatMap((page) => page.tickets.map((ticket) => ticket.number))
      const number = neighbour(numbers, pathname, step)
      if (number !== null) void navigate({ to: '/tickets/$number', params: { number: String(number) } })
    },
    [client, navigate, pathname],
  )
  useShortcut(
    'nextTicket',
    useCallback(() => go(1), [go]),
  )
  useShortcut(
    'previousTicket',
    useCallback(() => go(-1), [go]),
  )
}
