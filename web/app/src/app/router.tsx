import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { NotFound } from '../shell/NotFound.tsx'
import { Shell } from '../shell/Shell.tsx'
import { TicketList } from '../tickets/TicketList.tsx'
import { TicketPage } from '../tickets/TicketPage.tsx'
import { later } from './later.tsx'

const CallStory = later(() => import('../explain/StoryPage.tsx').then((file) => file.StoryPage))
const HistoryList = later(() => import('../history/HistoryList.tsx').then((file) => file.HistoryList))
const AccountPage = later(() => import('../account/AccountPage.tsx').then((file) => file.AccountPage))
const PreflightPage = later(() => import('../preflight/PreflightPage.tsx').then((file) => file.PreflightPage))
const AdminShell = later(async () => {
  const { speakAdmin } = await import('../i18n/admin.ts')
  const [{ AdminShell: Shell }] = await Promise.all([import('../admin/frame/AdminShell.tsx'), speakAdmin()])
  return Shell
}, 'on demand')

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

const story = createRoute({ getParentRoute: () => root, path: '/calls/$call', component: CallStory })

const test = createRoute({ getParentRoute: () => root, path: '/phone/test', component: PreflightPage })

/** 개인정보설정. */
const account = createRoute({ getParentRoute: () => root, path: '/account', component: AccountPage })

/** Everything that admins set up; its own list of areas says what there is below. */
const admin = createRoute({ getParentRoute: () => root, path: '/admin/$', component: AdminShell })

export const router = createRouter({
  routeTree: root.addChildren([home, tickets, ticket, calls, story, phone, test, admin, account]),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }

  interface HistoryState {
    /** The phone went there by itself, with a call. */
    byCall?: boolean
    /** The ticket that it left with a note begun. */
    begun?: string
  }
}
