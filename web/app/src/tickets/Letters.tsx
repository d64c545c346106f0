import { IconClock, IconExclamationCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useWorkplace } from '../app/deskContext.ts'
import type { Letter } from './outbox.ts'

/** Saved notes that the server does not have yet, and those that it does not take. */
export function Letters({ letters }: { letters: [key: string, letter: Letter][] }) {
  return letters.map(([id, letter]) => (
    <li key={id} className="noted" data-sent={letter.problem ? 'refused' : 'waiting'}>
      <Waiting id={id} letter={letter} />
    </li>
  ))
}

function Waiting({ id, letter }: { id: string; letter: Letter }) {
  const { t } = useTranslation()
  const { user, notes } = useWorkplace()
  const refused = letter.problem !== ''
  const Icon = refused ? IconExclamationCircle : IconClock
  const begun = notes.drafts.read(letter.ticket) !== null
  const edit = () => {
    if (notes.drafts.write(letter.ticket, letter.text)) notes.outbox.withdraw(id)
  }
  return (
    <>
      <Icon className="i s" stroke={1.75} aria-hidden />
      <div className="grow">
        <div className="row g1">
          <b>{user.name}</b>
          <span className={refused ? 'xs bad' : 'xs t2'} role={refused ? 'alert' : 'status'}>
            {refused ? problem() : t(navigator.onLine ? 'note.sending' : 'note.offline')}
          </span>
        </div>
        <p className="text">{letter.text}</p>
        {refused && (
          <div className="row">
            <button type="button" className="btn small" disabled={begun} onClick={edit}>
              {t('note.edit')}
            </button>
            <button type="button" className="btn small quiet" onClick={() => notes.outbox.withdraw(id)}>
              {t('note.drop')}
            </button>
          </div>
        )}
      </div>
    </>
  )

  function problem(): string {
    if (letter.problem === 'not_found') return t('note.refused_not_found')
    return t(letter.problem === 'note_too_long' ? 'note.refused_note_too_long' : 'note.refused')
  }
}
