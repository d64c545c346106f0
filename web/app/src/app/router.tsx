import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { HistoryList } from '../history/HistoryList.tsx'
import { PreflightPage } from '../preflight/PreflightPage.tsx'
import { NotFound } from '../shell/NotFound.tsx'
import { Shell } from '../shell/Shell.tsx'
import { TicketList } from '../tickets/TicketList.tsx'
import { TicketPage } from '../tickets/TicketPage.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/tickets', replace: true })
  },
})

const tickets = createRoute({ getParentRoute: () => root, path: '/tickets', component: TicketList })

const ticket = createRoute({
  getParentRoute: () => root,
  path: '/tickets/$number',
  component: () => <TicketPage number={ticket.useParams().number} />,
})

/** The phone alone; the shell draws it. */
const phone = createRoute({ getParentRoute: () => root, path: '/phone', component: () => null })

const calls = createRoute({ getParentRoute: () => root, path: '/calls', component: HistoryList })

const test = createRoute({ getParentRoute: () => root, path: '/phone/test', component: PreflightPage })

export const router = createRouter({ routeTree: root.addChildren([home, tickets, ticket, calls, phone, test]) })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
