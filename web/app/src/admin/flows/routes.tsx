import type { AdminRoute } from '../frame/areas.ts'
import { FlowList } from './FlowList.tsx'
import { FlowPage } from './FlowPage.tsx'

export const routes: AdminRoute[] = [
  { path: '', screen: FlowList },
  { path: 'new', screen: () => <FlowPage /> },
  { path: ':id', screen: ({ params }) => <FlowPage id={params.id} /> },
]
