import { koAdminAudit } from './ko.admin.audit.ts'
import { koAdminFrame } from './ko.admin.frame.ts'
import { koAdminServices } from './ko.admin.services.ts'

/** The words of the administration, which come with it. Each area has a file of its own. */
export const koAdmin = {
  ...koAdminFrame,
  services: koAdminServices,
  audit: koAdminAudit,
}
