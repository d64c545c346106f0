import { koAdminAudit } from './ko.admin.audit.ts'
import { koAdminFrame } from './ko.admin.frame.ts'
import { koAdminGroups, koAdminPeople } from './ko.admin.people.ts'
import { koAdminFlows } from './ko.admin.flows.ts'
import { koAdminServices } from './ko.admin.services.ts'

/** The words of the administration, which come with it. Each area has a file of its own. */
export const koAdmin = {
  ...koAdminFrame,
  services: koAdminServices,
  flows: koAdminFlows,
  people: koAdminPeople,
  groups: koAdminGroups,
  audit: koAdminAudit,
}
