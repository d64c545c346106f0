import type { AdminRoute } from '../frame/areas.ts'
import { GroupForm } from './GroupForm.tsx'
import { GroupList } from './GroupList.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: GroupList },
  { path: 'new', screen: () => <GroupForm /> },
  { path: ':id', screen: ({ params }) => <GroupForm id={params.id} /> },
]
