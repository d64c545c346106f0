import type { AdminRoute } from '../frame/areas.ts'
import { CallerIdForm } from './CallerIdForm.tsx'
import { CallerIdPage } from './CallerIdPage.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: () => <CallerIdPage /> },
  { path: 'new', screen: () => <CallerIdForm /> },
  { path: ':id', screen: ({ params }) => <CallerIdPage id={params.id} /> },
  { path: ':id/edit', screen: ({ params }) => <CallerIdForm id={params.id} /> },
]
