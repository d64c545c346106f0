import type { AdminRoute } from '../frame/areas.ts'
import { NumberForm } from './NumberForm.tsx'
import { NumberList } from './NumberList.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: NumberList },
  { path: 'new', screen: () => <NumberForm /> },
  { path: ':id', screen: ({ params }) => <NumberForm id={params.id} /> },
]
