import type { AdminRoute } from '../frame/areas.ts'
import { TrunkForm } from './TrunkForm.tsx'
import { TrunkList } from './TrunkList.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: TrunkList },
  { path: 'new', screen: () => <TrunkForm /> },
  { path: ':id', screen: ({ params }) => <TrunkForm id={params.id} /> },
]
