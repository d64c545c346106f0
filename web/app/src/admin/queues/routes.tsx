import type { AdminRoute } from '../frame/areas.ts'
import { QueueForm } from './QueueForm.tsx'
import { QueueList } from './QueueList.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: QueueList },
  { path: 'new', screen: () => <QueueForm /> },
  { path: ':id', screen: ({ params }) => <QueueForm id={params.id} /> },
]
