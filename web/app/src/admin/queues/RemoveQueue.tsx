import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../../api/client.ts'
import type { AdminQueue } from '../../api/types.ts'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { Dialog } from '../frame/Dialog.tsx'
import { problemWords } from '../frame/problem.ts'

interface Props {
  queue: AdminQueue
  onGone: () => void
  onClose: () => void
}

/** A queue that nobody uses is deleted; one that leads somewhere is replaced by another of its service first. */
export function RemoveQueue({ queue, onGone, onClose }: Props) {
  const used = queue.member_count + queue.number_count > 0
  const [replacing, setReplacing] = useState(used)
  if (replacing) return <Replace queue={queue} onGone={onGone} onClose={onClose} onPlain={() => setReplacing(false)} />
  return <DeleteDialog path={`/admin/queues/${queue.id}`} name={queue.name} onDeleted={onGone} onClose={onClose} />
}

function Replace({ queue, onGone, onClose, onPlain }: Props & { onPlain: () => void }) {
  const { t } = useTranslation('admin')
  const [by, setBy] = useState('')
  const [members, setMembers] = useState(true)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const others = useQuery({
    queryKey: ['admin', 'queues', 'others', queue.service],
    queryFn: () =>
      request<{ items: AdminQueue[] }>('GET', `/admin/queues?service=${queue.service}&per_page=100&sort=name`),
  })
  const choices = (others.data?.items ?? []).filter((q) => q.id !== queue.id)
  const replace = async () => {
    setBusy(true)
    try {
      await request('POST', `/admin/queues/${queue.id}/replace`, { version: queue.version, by, members })
      onGone()
    } catch (error) {
      setBusy(false)
      const waiting = error instanceof ApiError && error.uses.find((use) => use.subject === 'waiting_calls')
      setProblem(waiting ? t('queues.replaceWaiting', { count: Number(waiting.name) }) : problemWords(t, error))
    }
  }
  return (
    <Dialog
      title={t('queues.replaceTitle')}
      testid="replace"
      onClose={onClose}
      foot={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t('frame.cancel')}
          </button>
          <button type="button" className="btn" onClick={onPlain}>
            {t('frame.delete')}
          </button>
          <button
            type="button"
            className="btn hangup"
            aria-busy={busy}
            disabled={busy || by === ''}
            onClick={() => void replace()}
          >
            {t('queues.replace')}
          </button>
        </>
      }
    >
      <p>{t('queues.replaceLead', { name: queue.name })}</p>
      {choices.length === 0 ? (
        <p className="strip" data-s="break">
          {t('queues.replaceNone')}
        </p>
      ) : (
        <label className="filter">
          <span>{t('queues.replaceBy')}</span>
          <select className="plain" value={by} onChange={(event) => setBy(event.currentTarget.value)}>
            <option value="">{t('frame.none')}</option>
            {choices.map((q) => (
              <option key={q.id} value={q.id}>
                {q.name} ({q.number})
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="row">
        <input type="checkbox" checked={members} onChange={(event) => setMembers(event.currentTarget.checked)} />
        {t('queues.replaceMembers')}
      </label>
      {problem && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}
