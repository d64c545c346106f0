import type { Words } from './catalogue.ts'
import type { koStory } from './ko.story.ts'

/** Words of a call's page, in English. */
export const enStory: Words<typeof koStory> = {
  story: {
    title: 'Call record',
    open: 'What became of this call',
    openOf: 'What became of this call: {{number}}',
    back: 'All calls',
    after: '{{span}} later',
    stale: 'The server cannot be reached: this is what it said last.',
    incomplete: 'Part of the records could not be read. Something may be missing.',
    notFound: 'There is no such call',
    notFoundHint: 'Agents see the calls they took part in. Open it again from the list.',
    offline: 'The server cannot be reached',
    offlineHint: 'Check the network and try again. Calls go on.',
    failed: 'The record could not be loaded',
    failedHint: 'Try again in a moment.',
    awayHint: 'The records do not answer at the moment. Calls go on, and the record will be back soon.',
  },
}
