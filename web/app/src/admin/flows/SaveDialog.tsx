import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../frame/Dialog.tsx'
import { Changes } from './Changes.tsx'
import { diff, type Step } from './model.ts'
import type { Context } from './words.ts'

interface Props {
  before: Step[]
  after: Step[]
  c: Context
  busy: boolean
  problem: string | null
  onSave: (note: string) => void
  onClose: () => void
}

/** Saves a new version, with a note of why. */
export function SaveDialog({ before, after, c, busy, problem, onSave, onClose }: Props) {
  const { t } = useTranslation('admin')
  const [note, setNote] = useState('')
  const changes = diff(before, after)
  return (
    <Dialog
      title={t('flows.save.title')}
      wide
      testid="flow-save"
      onClose={onClose}
      foot={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t('frame.cancel')}
          </button>
          <button type="button" className="btn primary" aria-busy={busy} disabled={busy} onClick={() => onSave(note)}>
            {t(busy ? 'frame.saving' : 'frame.save')}
          </button>
        </>
      }
    >
      <p>{t('flows.save.lead')}</p>
      <Textarea
        label={t('flows.save.note')}
        data-autofocus
        maxLength={500}
        rows={2}
        value={note}
        onChange={(e) => setNote(e.currentTarget.value)}
      />
      <details>
        <summary>{t('flows.save.changes', { count: changes.length })}</summary>
        <Changes changes={changes} c={c} before={before} after={after} />
      </details>
      {problem && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}
