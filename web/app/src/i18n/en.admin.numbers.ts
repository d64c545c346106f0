import type { koAdminNumbers } from './ko.admin.numbers.ts'

export const enAdminNumbers: typeof koAdminNumbers = {
  hint: 'Which flow or queue a number leads to that customers call. Changes apply from the next call on.',
  add: 'Add an inbound number',
  empty: 'No inbound numbers yet',
  emptyHint: 'Add a number that your carrier gave you, and say where it leads.',
  nowhere: 'Leads nowhere',
  nowhereHint: 'Callers are told that the number is not in service. Choose a flow or a queue.',
  leadsTo: 'Leads to',
  toFlow: 'Flow',
  toQueue: 'Queue',
  part_general: 'Number',
  part_target: 'Where it leads',
  anyTrunk: 'Any trunk',
  noFlows: 'There are no flows. Make one first.',
  deleted: 'Callers are told that the number is not in service.',
  fields: {
    number: 'Inbound number',
    name: 'Name',
    queue: 'Queue',
    flow: 'Flow',
    trunk: 'Trunk',
    service: 'Service',
    queue_name: 'Name of the queue',
    flow_name: 'Name of the flow',
  },
  help: {
    number: 'Such as 1588-1234, 02-123-4567 or 070-1234-5678.',
    trunk: 'The line on which it comes in.',
  },
}
