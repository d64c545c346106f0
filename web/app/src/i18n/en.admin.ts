import type { Words } from './catalogue.ts'
import { enAdminAudit } from './en.admin.audit.ts'
import { enAdminCallerIds } from './en.admin.callerIds.ts'
import { enAdminCti } from './en.admin.cti.ts'
import { enAdminFlows } from './en.admin.flows.ts'
import { enAdminFrame } from './en.admin.frame.ts'
import { enAdminNumbers } from './en.admin.numbers.ts'
import { enAdminGroups, enAdminPeople } from './en.admin.people.ts'
import { enAdminQueues } from './en.admin.queues.ts'
import { enAdminServices } from './en.admin.services.ts'
import { enAdminNetwork, enAdminSetup } from './en.admin.setup.ts'
import { enAdminSounds } from './en.admin.sounds.ts'
import { enAdminTrunks } from './en.admin.trunks.ts'
import type { koAdmin } from './ko.admin.ts'

export const enAdmin: Words<typeof koAdmin> = {
  ...enAdminFrame,
  services: enAdminServices,
  setup: enAdminSetup,
  network: enAdminNetwork,
  cti: enAdminCti,
  sounds: enAdminSounds,
  trunks: enAdminTrunks,
  flows: enAdminFlows,
  people: enAdminPeople,
  groups: enAdminGroups,
  queues: enAdminQueues,
  callerIds: enAdminCallerIds,
  numbers: enAdminNumbers,
  audit: enAdminAudit,
}
