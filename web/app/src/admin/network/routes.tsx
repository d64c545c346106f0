import type { AdminRoute } from '../frame/areas.ts'
import { NetworkPage } from './NetworkPage.tsx'

export const routes: AdminRoute[] = [{ path: '', screen: NetworkPage }]
