import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { ApiError, request } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { Broken } from './Broken.tsx'
import { Splash } from './Splash.tsx'
import { cssVariables, theme } from './theme.ts'

const loadWorkplace = () => import('./Workplace.tsx').then((file) => ({ default: file.Workplace }))

/** Each is fetched by whom it is for: whoever comes back is signed in already, whoever comes first needs no desk yet. */
const SignIn = lazy(() => import('../signin/SignIn.tsx').then((file) => ({ default: file.SignIn })))
const Workplace = lazy(loadWorkplace)
const InvitePage = lazy(() => import('../invite/InvitePage.tsx').then((file) => ({ default: file.InvitePage })))

/** Somebody was signed in here before: his desk is fetched while the server is asked whether he still is. */
const knownKey = 'bellhop.known'
if (localStorage.getItem(knownKey)) loadWorkplace().catch(() => undefined)

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
})

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Broken>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" limit={3} autoClose={5_000} />
          {window.location.pathname === '/invite' ? (
            <Suspense fallback={<Splash />}>
              <InvitePage />
            </Suspense>
          ) : (
            <Gate />
          )}
        </QueryClientProvider>
      </Broken>
    </MantineProvider>
  )
}

/** Shows the sign-in page until somebody is signed in. The address stays, so that one lands where one wanted to go. */
function Gate() {
  const client = useQueryClient()
  const [ended, setEnded] = useState(false)
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => request<Session>('GET', '/session'),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    // Only the server's no means no; anything else is asked again until it is answered.
    retry: (_, error) => !(error instanceof ApiError && error.status === 401),
    retryDelay: 2_000,
  })
  const onEnded = useCallback(
    (expired: boolean) => {
      setEnded(expired)
      client.removeQueries({ queryKey: ['tickets'] })
      client.setQueryData(['session'], null)
    },
    [client],
  )
  const onSignedIn = useCallback(
    (signed: Session) => {
      setEnded(false)
      client.setQueryData(['session'], signed)
    },
    [client],
  )
  const here = session.data !== undefined && session.data !== null
  useEffect(() => {
    if (here) localStorage.setItem(knownKey, '1')
    else if (!session.isPending) localStorage.removeItem(knownKey)
  }, [here, session.isPending])
  if (session.isPending) return <Splash />
  return (
    <Suspense fallback={<Splash />}>
      {session.data ? (
        <Workplace key={session.data.user.id} session={session.data} onEnded={onEnded} />
      ) : (
        <SignIn ended={ended} onSignedIn={onSignedIn} onTyping={loadWorkplace} />
      )}
    </Suspense>
  )
}
