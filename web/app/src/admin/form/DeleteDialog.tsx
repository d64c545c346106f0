import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request, type Use } from '../../api/client.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { AdminLink, screenOf } from '../frame/paths.tsx'
import { problemWords } from '../frame/problem.ts'

interface Props {
  /** Below /api/v1: /admin/services/123. */
  path: string
  name: string
  /** What else goes with it, in one sentence. */
  consequence?: string
  onDeleted: () => void
  onClose: () => void
}

/** Asks before something is deleted. What is in use is not deleted: it says where, with links, so that it can be replaced. */
export function DeleteDialog({ path, name, consequence, onDeleted, onClose }: Props) {
  const { t } = useTranslation('admin')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [uses, setUses] = useState<readonly Use[] | null>(null)
  const remove = async () => {
    setBusy(true)
    try {
      await request('DELETE', path)
      onDeleted()
    } catch (error) {
      setBusy(false)
      if (error instanceof ApiError && error.code === 'in_use') setUses(error.uses)
      else setProblem(problemWords(t, error))
    }
  }
  return (
    <Dialog
      title={t(uses ? 'remove.inUse' : 'remove.title')}
      alert
      testid="delete"
      onClose={onClose}
      foot={
        <>
          {/* biome-ignore lint/a11y/noAutofocus: the harmless answer has the focus. */}
          <button type="button" className="btn" autoFocus onClick={onClose}>
            {t(uses ? 'frame.close' : 'frame.cancel')}
          </button>
          {!uses && (
            <button type="button" className="btn hangup" aria-busy={busy} disabled={busy} onClick={() => void remove()}>
              {t(busy ? 'frame.deleting' : 'frame.delete')}
            </button>
          )}
        </>
      }
    >
      {uses ? (
        <>
          <p role="alert">{t('remove.inUseLead')}</p>
          <ul className="uses">
            {uses.map((use) => (
              <li key={`${use.subject} ${use.id}`}>
                <UseLine use={use} />
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>
          {t('remove.lead', { name })} {consequence}
        </p>
      )}
      {problem && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}

function UseLine({ use }: { use: Use }) {
  const { t } = useTranslation('admin')
  const to = screenOf(use.subject, use.id)
  const kind = t(`audit.subject.${use.subject}` as 'audit.subject.service', { defaultValue: use.subject })
  return (
    <>
      <span className="t2">{kind}</span> {to ? <AdminLink to={to}>{use.name}</AdminLink> : use.name}
    </>
  )
}
