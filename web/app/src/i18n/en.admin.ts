import type { Words } from './catalogue.ts'
import { enAdminAudit } from './en.admin.audit.ts'
import { enAdminFrame } from './en.admin.frame.ts'
import { enAdminGroups, enAdminPeople } from './en.admin.people.ts'
import { enAdminFlows } from './en.admin.flows.ts'
import { enAdminServices } from './en.admin.services.ts'
import type { koAdmin } from './ko.admin.ts'

export const enAdmin: Words<typeof koAdmin> = {
  ...enAdminFrame,
  services: enAdminServices,
  flows: enAdminFlows,
  people: enAdminPeople,
  groups: enAdminGroups,
  audit: enAdminAudit,
}
