import type { Words } from './catalogue.ts'
import type { koNotes } from './ko.notes.ts'

export const enNotes: Words<typeof koNotes> = {
  note: {
    title: 'Note',
    inside: 'Only agents see it',
    placeholder: 'Write what should stand on this ticket.',
    save: 'Save note',
    keys: 'Ctrl+Enter saves it too',
    kept: 'Draft kept at {{time}}',
    unkept: 'This browser could not keep the draft. Save it before you leave the page.',
    tooLong: 'Too long. A note has up to {{limit}} characters. This one has {{length}}.',
    full: 'Too many notes wait to be sent. Save again when the server is back.',
    elsewhere: 'Another tab is writing this note.',
    takeOver: 'Go on here',
    by: 'Note',
    older: 'Show earlier notes',
    failed: 'Notes did not load',
    sending: 'Saving',
    offline: 'Saved when the connection is back',
    refused: 'The server could not save this note.',
    refused_not_found: 'No note can be left on this ticket.',
    refused_note_too_long: 'It was too long to be saved.',
    edit: 'Edit',
    drop: 'Discard',
    left: 'The note you were writing is kept',
    back: 'Go back',
    begun: 'An unsaved note',
  },
}
