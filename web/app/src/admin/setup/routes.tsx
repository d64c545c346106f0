import type { AdminRoute } from '../frame/areas.ts'
import { SetupPage } from './SetupPage.tsx'

export const routes: AdminRoute[] = [{ path: '', screen: SetupPage }]
