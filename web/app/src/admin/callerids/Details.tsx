import { notifications } from '@mantine/notifications'
import { IconPaperclip } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, upload } from '../../api/client.ts'
import type { AdminCallerID } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { AdminLink, useOpen } from '../frame/paths.tsx'
import { fieldWords, problemWords } from '../frame/problem.ts'
import { may, useSession } from '../frame/rights.ts'
import { Expiry, StatePill } from './Line.tsx'
import { Review } from './Review.tsx'

/** One number beside the list: what is the matter with it, what can be done, and what was. */
export function Details({ callerId: c }: { callerId: AdminCallerID }) {
  const { t } = useTranslation('admin')
  const client = useQueryClient()
  const open = useOpen()
  const session = useSession()
  const [deleting, setDeleting] = useState(false)
  const reviews = session !== undefined && may(session, 'organisation')
  const refresh = () => client.invalidateQueries({ queryKey: ['admin'] })
  const number = formatNumber(c.number)
  return (
    <section className="panel side" aria-label={t('callerIds.details', { number })} data-testid="details">
      <div className="row">
        <h2 className="grow num">{number}</h2>
        <StatePill state={c.state} />
      </div>
      {c.name && <p className="sm t2">{c.name}</p>}
      {c.expires_on && (
        <p className="sm">
          <Expiry callerId={c} />
        </p>
      )}
      {c.state === 'rejected' && (
        <p className="strip" data-s="dead">
          {c.reason}
        </p>
      )}
      <Attach callerId={c} reviews={reviews} onDone={refresh} />
      {reviews ? (
        <Review callerId={c} onDone={refresh} />
      ) : (
        c.state !== 'completed' && <p className="xs t2">{t('callerIds.adminReviews')}</p>
      )}
      <div className="row">
        <AdminLink to={`caller-ids/${c.id}/edit`} className="btn small">
          {t('audit.action.update')}
        </AdminLink>
        <button type="button" className="btn small" onClick={() => setDeleting(true)}>
          {t('frame.delete')}
        </button>
      </div>
      <AuditTrail subject="caller_id" id={c.id} />
      {deleting && (
        <DeleteDialog
          path={`/admin/caller-ids/${c.id}`}
          name={number}
          consequence={t('callerIds.removed')}
          onDeleted={() => void open('caller-ids').then(refresh)}
          onClose={() => setDeleting(false)}
        />
      )}
    </section>
  )
}

interface AttachProps {
  callerId: AdminCallerID
  reviews: boolean
  onDone: () => Promise<unknown>
}

/** Uploads the proof. A reviewer's number, and one that agents use, is not the manager's to swap. */
function Attach({ callerId: c, reviews, onDone }: AttachProps) {
  const { t } = useTranslation('admin')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (!reviews && (c.state === 'reviewing' || c.state === 'completed')) return null
  const send = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    setProblem(null)
    try {
      await upload(`/admin/caller-ids/${c.id}/document?version=${c.version}`, file, file.name)
      notifications.show({ message: t('callerIds.uploaded') })
    } catch (error) {
      setProblem(words(error))
    }
    setBusy(false)
    await onDone()
  }
  const words = (error: unknown) => {
    if (!(error instanceof ApiError)) return problemWords(t, error)
    if (error.code === 'bad_file') return t('callerIds.badProof')
    if (error.code === 'too_large') return t('callerIds.tooLarge')
    const [first] = error.errors
    return first ? fieldWords(t, first.code, first.params) : problemWords(t, error)
  }
  return (
    <div className="stack">
      <label className={`btn${busy ? ' off' : c.state === 'rejected' ? ' primary' : ''}`}>
        <IconPaperclip className="i s" stroke={1.75} aria-hidden />
        {t(c.document ? 'callerIds.uploadAgain' : 'callerIds.upload')}
        <input
          type="file"
          className="vh"
          accept=".pdf,.png,.jpg,.jpeg"
          disabled={busy}
          onChange={(event) => {
            void send(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
      </label>
      <span className="xs t3">{t('callerIds.uploadHint')}</span>
      {problem && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}
