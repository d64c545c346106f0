import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../../api/client.ts'
import { ConflictDialog } from '../form/ConflictDialog.tsx'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { fieldWords, problemWords } from '../frame/problem.ts'
import { type Flow, type FlowSettings, type Step, settingsOf } from './model.ts'
import { SaveDialog } from './SaveDialog.tsx'
import { Versions } from './Versions.tsx'
import { type Context, findingWord, sentence } from './words.ts'

interface Props {
  flow: Flow
  draft: FlowSettings
  c: Context
  /** It has errors, or is not checked yet. */
  blocked: boolean
  dirty: boolean
  dry: boolean
  onDry: () => void
  /** What is unsaved is kept now, or is no more. */
  onLeave: () => void
}

/** Saving, trying out, versions and deleting. Whoever was slower sees both sides (409). */
export function EditorActions({ flow, draft, c, blocked, dirty, dry, onDry, onLeave }: Props) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const { forget, reload } = useItem<Flow>('/admin/flows', flow.id || undefined)
  const [shown, show] = useState<'save' | 'versions' | 'delete' | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [conflict, setConflict] = useState<{ error: ApiError; theirs: Flow; note: string } | null>(null)

  const done = (saved: Flow) => {
    notifications.show({ message: t('flows.save.done', { version: saved.version }) })
    onLeave()
    show(null)
    setConflict(null)
    setTimeout(() => void forget().then(() => open(`flows/${saved.id}`)))
  }
  const keep = async (note: string, seen: number) => {
    setBusy(true)
    setProblem(null)
    try {
      const saved =
        flow.id === ''
          ? await request<Flow>('POST', '/admin/flows', { ...draft, service: flow.service, note })
          : await request<Flow>('PUT', `/admin/flows/${flow.id}`, { ...draft, version: seen, note })
      done(saved)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'edit_conflict') {
        const theirs = await reload().catch(() => null)
        if (theirs) {
          show(null)
          setConflict({ error, theirs, note })
          return
        }
      }
      setProblem(refusal(error))
    } finally {
      setBusy(false)
    }
  }
  /** The first field that the server refused, in words. */
  const refusal = (error: unknown): string => {
    const first = error instanceof ApiError ? error.errors[0] : undefined
    if (!first) return problemWords(t, error)
    if (first.location === 'body.steps') {
      const { step, ...params } = first.params ?? {}
      return findingWord(c, { step, code: first.code, params, severity: 'error' })
    }
    const field = first.location.replace(/^body\./, '').split(/[.[]/)[0] ?? ''
    return `${fieldWord(t('flows.fields', { returnObjects: true }), field)}: ${fieldWords(t, first.code, first.params)}`
  }
  return (
    <div className="row wrap">
      <button type="button" className="btn" aria-pressed={dry} onClick={onDry}>
        {t('flows.dry.open')}
      </button>
      {flow.id && (
        <>
          <button type="button" className="btn" onClick={() => show('versions')}>
            {t('flows.versions.open')}
          </button>
          <button type="button" className="btn" onClick={() => show('delete')}>
            {t('frame.delete')}
          </button>
        </>
      )}
      <button
        type="button"
        className="btn primary"
        disabled={blocked || !dirty || draft.name.trim() === ''}
        onClick={() => show('save')}
      >
        {t('frame.save')}
      </button>
      {shown === 'save' && (
        <SaveDialog
          before={flow.id === '' ? [] : flow.steps}
          after={draft.steps}
          c={c}
          busy={busy}
          problem={problem}
          onSave={(note) => void keep(note, flow.newest)}
          onClose={() => show(null)}
        />
      )}
      {shown === 'versions' && <Versions flow={flow} c={c} onRestored={done} onClose={() => show(null)} />}
      {shown === 'delete' && (
        <DeleteDialog
          path={`/admin/flows/${flow.id}`}
          name={flow.name}
          onDeleted={() => {
            onLeave()
            setTimeout(() => void forget().then(() => open('flows')))
          }}
          onClose={() => show(null)}
        />
      )}
      {conflict && (
        <ConflictDialog<FlowSettings & Record<string, unknown>>
          error={conflict.error}
          mine={{ ...draft }}
          theirs={{ ...settingsOf(conflict.theirs) }}
          labels={t('flows.fields', { returnObjects: true })}
          valueWords={(field, value) => fieldValue(c, field, value)}
          onReload={() => {
            onLeave()
            setConflict(null)
            setTimeout(() => void forget())
          }}
          onKeep={() => void keep(conflict.note, conflict.theirs.newest)}
          onClose={() => setConflict(null)}
        />
      )}
    </div>
  )
}

function fieldWord(labels: Record<string, string>, field: string): string {
  return labels[field] ?? field
}

/** A field of a flow as one reads it: steps as their sentences. */
function fieldValue(c: Context, field: string, value: unknown): string {
  if (field !== 'steps') return Array.isArray(value) ? value.join(', ') : String(value)
  const steps = value as Step[]
  return steps.map((step, at) => `${at + 1}. ${sentence({ ...c, steps }, step)}`).join('\n')
}
