import { IconEye } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { isComposing } from '../app/composing.ts'
import { useWorkplace } from '../app/deskContext.ts'
import { hour } from '../format/time.ts'
import { longestNote, noteLength } from './noteDesk.ts'

/** From here on the length is shown. */
const near = longestNote - 500

/** 메모: writes a note on a ticket. What is typed survives everything but saving it. */
export function NoteEditor({ ticket }: { ticket: string }) {
  const { t } = useTranslation()
  const { notes } = useWorkplace()
  const draft = useMemo(() => notes.draft(ticket), [notes, ticket])
  const { text, elsewhere, keptAt, unkept } = useSyncExternalStore(draft.subscribe, draft.getState)
  useEffect(() => draft.open(), [draft])
  const [full, setFull] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const [label, help] = [useId(), useId()]
  const length = noteLength(text)
  const over = length > longestNote
  const save = () => {
    if (length === 0 || over || elsewhere) return
    const posted = notes.outbox.post(ticket, text)
    setFull(!posted)
    if (posted) draft.clear()
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const asked = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
    if (!asked || isComposing(event.nativeEvent)) return
    event.preventDefault()
    if (!event.repeat) save()
  }
  return (
    <section className="proc note" aria-labelledby={label} data-testid="note-editor">
      <div className="row">
        <h2 id={label} className="grow">
          {t('note.title')}
        </h2>
        <span className="row g1 xs m inside">
          <IconEye className="i s" stroke={1.75} aria-hidden />
          {t('note.inside')}
        </span>
      </div>
      {elsewhere && (
        <div className="row sm" role="status">
          <span className="grow">{t('note.elsewhere')}</span>
          <button type="button" className="btn small" onClick={() => draft.takeOver()}>
            {t('note.takeOver')}
          </button>
        </div>
      )}
      <textarea
        ref={field}
        className="area"
        rows={3}
        value={text}
        readOnly={elsewhere}
        aria-labelledby={label}
        aria-describedby={help}
        aria-invalid={over}
        placeholder={t('note.placeholder')}
        onFocus={() => draft.claim()}
        onChange={({ target }) => draft.type(target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="row">
        <span id={help} className="grow xs t3">
          {hint()}
        </span>
        <button
          type="button"
          className="btn primary"
          aria-keyshortcuts="Control+Enter Meta+Enter"
          disabled={length === 0 || over || elsewhere}
          onClick={save}
        >
          {t('note.save')}
        </button>
      </div>
    </section>
  )

  function hint() {
    if (over)
      return <Bad>{t('note.tooLong', { length: length.toLocaleString(), limit: longestNote.toLocaleString() })}</Bad>
    if (full) return <Bad>{t('note.full')}</Bad>
    if (unkept) return <Bad>{t('note.unkept')}</Bad>
    const facts = [
      keptAt !== null && t('note.kept', { time: hour(new Date(keptAt).toISOString()) }),
      length > near && `${length.toLocaleString()} / ${longestNote.toLocaleString()}`,
      keptAt === null && t('note.keys'),
    ]
    return facts.filter(Boolean).join(' · ')
  }
}

function Bad({ children }: { children: string }) {
  return (
    <span className="bad" role="alert">
      {children}
    </span>
  )
}
