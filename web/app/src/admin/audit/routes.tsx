import type { AdminRoute } from '../frame/areas.ts'
import { AuditLog } from './AuditLog.tsx'

export const routes: AdminRoute[] = [{ path: '', screen: AuditLog }]
