import type { AdminRoute } from '../frame/areas.ts'
import { AccessLog } from './AccessLog.tsx'

export const routes: AdminRoute[] = [{ path: '', screen: AccessLog }]
