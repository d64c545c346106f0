import type { AdminRoute } from '../frame/areas.ts'
import { PeopleList } from './PeopleList.tsx'
import { PersonForm } from './PersonForm.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: PeopleList },
  { path: 'new', screen: () => <PersonForm /> },
  { path: ':id', screen: ({ params }) => <PersonForm id={params.id} /> },
]
