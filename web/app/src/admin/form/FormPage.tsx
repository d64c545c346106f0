import { type UseFormReturnType, useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client.ts'
import { holdEnter } from '../../app/composing.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { fieldWords, problemWords } from '../frame/problem.ts'
import { ConflictDialog, type Saved } from './ConflictDialog.tsx'
import { ErrorSummary } from './ErrorSummary.tsx'
import { LeaveGuard } from './LeaveGuard.tsx'

export type FormOf<V> = UseFormReturnType<V>

interface Props<V extends Record<string, unknown>> {
  title: string
  crumbs: { to: string; word: string }[]
  hint?: ReactNode
  /** At the right of the title: 삭제. */
  actions?: ReactNode
  /** What is there, with its version; version 0 is something new. */
  saved: Saved<V>
  /** The words of the fields, by their path: for the summary of errors and the conflict. */
  labels: Record<string, string>
  /** How a value of a field reads in the conflict; unless given, as it is. */
  valueWords?: (field: string, value: unknown) => string
  /** Errors that can be seen without the server, by path. */
  validate?: (values: V) => Record<string, string>
  /** Keeps the values. Throws an ApiError. */
  save: (values: V, version: number) => Promise<unknown>
  /** Reads what is there anew. */
  reload?: () => Promise<Saved<V>>
  /** After it was kept: usually leads back to the list. */
  onSaved: () => void
  onCancel: () => void
  children: (form: FormOf<V>) => ReactNode
  /** Below the form: its history. */
  below?: ReactNode
}

/**
 * A form of the administration: 저장 and 취소, errors at their field and in a summary above, a question before it is left with
 * something unsaved, and, when somebody else was faster, his values beside one's own.
 */
export function FormPage<V extends Record<string, unknown>>(props: Props<V>) {
  const { t } = useTranslation('admin')
  const form = useForm<V>({
    mode: 'controlled',
    initialValues: props.saved.values,
    validate: props.validate ? (values) => props.validate?.(values) ?? {} : undefined,
  })
  const [version, setVersion] = useState(props.saved.version)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [conflict, setConflict] = useState<{ error: ApiError; saved: Saved<V> } | null>(null)
  const done = useRef(false)
  const summary = useRef<HTMLDivElement>(null)

  const leave = (how: () => void) => {
    done.current = true
    how()
  }
  const refused = async (error: unknown) => {
    if (error instanceof ApiError && error.code === 'edit_conflict' && props.reload) {
      const saved = await props.reload().catch(() => null)
      if (saved) return setConflict({ error, saved })
    }
    const errors = error instanceof ApiError ? error.errors : []
    if (errors.length > 0) {
      form.setErrors(
        Object.fromEntries(errors.map((e) => [pathOf(e.location), fieldWords(t, e.code, e.params)] as const)) as never,
      )
    } else setProblem(problemWords(t, error))
    requestAnimationFrame(() => summary.current?.focus())
  }
  const keep = async (values: V, seen: number) => {
    setBusy(true)
    setProblem(null)
    try {
      await props.save(values, seen)
      notifications.show({ message: t('frame.saved') })
      leave(props.onSaved)
    } catch (error) {
      await refused(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <AdminPage title={props.title} crumbs={props.crumbs} hint={props.hint} actions={props.actions} narrow>
      <ErrorSummary ref={summary} problem={problem} errors={form.errors} labels={props.labels} />
      <form
        className="adminform"
        noValidate
        onKeyDown={holdEnter}
        onSubmit={form.onSubmit(
          (values) => void keep(values, version),
          () => requestAnimationFrame(() => summary.current?.focus()),
        )}
      >
        {props.children(form)}
        <div className="formfoot row">
          <button type="submit" className="btn primary" aria-busy={busy} disabled={busy}>
            {t(busy ? 'frame.saving' : 'frame.save')}
          </button>
          <button type="button" className="btn" onClick={props.onCancel}>
            {t('frame.cancel')}
          </button>
        </div>
      </form>
      {props.below}
      <LeaveGuard dirty={() => !done.current && form.isDirty()} />
      {conflict && (
        <ConflictDialog
          error={conflict.error}
          mine={form.getValues()}
          theirs={conflict.saved.values}
          labels={props.labels}
          valueWords={props.valueWords}
          onReload={() => {
            setVersion(conflict.saved.version)
            form.setInitialValues(conflict.saved.values)
            form.setValues(conflict.saved.values)
            form.resetDirty(conflict.saved.values)
            setConflict(null)
          }}
          onKeep={() => {
            setVersion(conflict.saved.version)
            setConflict(null)
            void keep(form.getValues(), conflict.saved.version)
          }}
          onClose={() => setConflict(null)}
        />
      )}
    </AdminPage>
  )
}

/** body.members[2].skill → members.2.skill, as the form names it. */
function pathOf(location: string): string {
  return location.replace(/^body\./, '').replace(/\[(\d+)\]/g, '.$1')
}
