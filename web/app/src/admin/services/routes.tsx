import type { AdminRoute } from '../frame/areas.ts'
import { ServiceForm } from './ServiceForm.tsx'
import { ServiceList } from './ServiceList.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: ServiceList },
  { path: 'new', screen: () => <ServiceForm /> },
  { path: ':id', screen: ({ params }) => <ServiceForm id={params.id} /> },
]
