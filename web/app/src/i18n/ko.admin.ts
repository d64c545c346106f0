import { koAdminAudit } from './ko.admin.audit.ts'
import { koAdminCallerIds } from './ko.admin.callerIds.ts'
import { koAdminCti } from './ko.admin.cti.ts'
import { koAdminFlows } from './ko.admin.flows.ts'
import { koAdminFrame } from './ko.admin.frame.ts'
import { koAdminNumbers } from './ko.admin.numbers.ts'
import { koAdminGroups, koAdminPeople } from './ko.admin.people.ts'
import { koAdminQueues } from './ko.admin.queues.ts'
import { koAdminServices } from './ko.admin.services.ts'
import { koAdminNetwork, koAdminSetup } from './ko.admin.setup.ts'
import { koAdminSounds } from './ko.admin.sounds.ts'
import { koAdminTrunks } from './ko.admin.trunks.ts'

/** The words of the administration, which come with it. Each area has a file of its own. */
export const koAdmin = {
  ...koAdminFrame,
  services: koAdminServices,
  setup: koAdminSetup,
  network: koAdminNetwork,
  cti: koAdminCti,
  sounds: koAdminSounds,
  trunks: koAdminTrunks,
  flows: koAdminFlows,
  people: koAdminPeople,
  groups: koAdminGroups,
  queues: koAdminQueues,
  callerIds: koAdminCallerIds,
  numbers: koAdminNumbers,
  audit: koAdminAudit,
}
