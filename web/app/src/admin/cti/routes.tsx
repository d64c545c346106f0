import type { AdminRoute } from '../frame/areas.ts'
import { PhoneForm } from './PhoneForm.tsx'
import { PhoneList } from './PhoneList.tsx'
import { RangeForm } from './RangeForm.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: PhoneList },
  { path: 'range', screen: RangeForm },
  { path: ':id', screen: ({ params }) => <PhoneForm id={params.id ?? ''} /> },
]
