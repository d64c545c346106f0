import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useState } from 'react'
import { ApiError, request } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { Broken } from './Broken.tsx'
import { Splash } from './Splash.tsx'
import { cssVariables, theme } from './theme.ts'
import { Workplace } from './Workplace.tsx'

/** Whoever comes back is signed in already and does not need it. */
const SignIn = lazy(() => import('../signin/SignIn.tsx').then((file) => ({ default: file.SignIn })))

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
          <Gate />
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
  if (session.isPending) return <Splash />
  if (!session.data) {
    return (
      <Suspense fallback={<Splash />}>
        <SignIn ended={ended} onSignedIn={onSignedIn} />
      </Suspense>
    )
  }
  return <Workplace key={session.data.user.id} user={session.data.user} onEnded={onEnded} />
}
