import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../../api/client.ts'
import type { AdminCallerID } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { fieldWords, problemWords } from '../frame/problem.ts'

interface Props {
  callerId: AdminCallerID
  onDone: () => Promise<unknown>
}

type Asked = 'complete' | 'reject' | null

/** What 조직관리자 decides on a number. */
export function Review({ callerId: c, onDone }: Props) {
  const { t } = useTranslation('admin')
  const [asked, setAsked] = useState<Asked>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const decide = async (verdict: { state: string; reason?: string; expires_on?: string }) => {
    setProblem(null)
    try {
      await request('POST', `/admin/caller-ids/${c.id}/review`, { version: c.version, ...verdict })
      setAsked(null)
      await onDone()
    } catch (error) {
      const first = error instanceof ApiError ? error.errors[0] : undefined
      setProblem(first ? fieldWords(t, first.code, first.params) : problemWords(t, error))
    }
  }
  const used = c.state === 'completed' || c.state === 'expired'
  const waits = c.state === 'requested' || c.state === 'reviewing'
  if (waits && !c.document) return <p className="xs t2">{t('callerIds.needsProof')}</p>
  if (!waits && !used) return null
  return (
    <div className="row wrap">
      {c.state === 'requested' && (
        <button type="button" className="btn" onClick={() => void decide({ state: 'reviewing' })}>
          {t('callerIds.startReview')}
        </button>
      )}
      <button type="button" className="btn primary" onClick={() => setAsked('complete')}>
        {t(used ? 'callerIds.extend' : 'callerIds.complete')}
      </button>
      <button type="button" className="btn" onClick={() => setAsked('reject')}>
        {t('callerIds.reject')}
      </button>
      {problem && !asked && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
      {asked && (
        <Ask
          callerId={c}
          reject={asked === 'reject'}
          used={used}
          problem={problem}
          onDecide={(verdict) => void decide(verdict)}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  )
}

interface AskProps {
  callerId: AdminCallerID
  reject: boolean
  used: boolean
  problem: string | null
  onDecide: (verdict: { state: string; reason?: string; expires_on?: string }) => void
  onClose: () => void
}

function Ask({ callerId: c, reject, used, problem, onDecide, onClose }: AskProps) {
  const { t } = useTranslation('admin')
  const [reason, setReason] = useState('')
  const [lastDay, setLastDay] = useState(c.expires_on)
  const number = formatNumber(c.number)
  const title = reject ? 'callerIds.rejectTitle' : used ? 'callerIds.extendTitle' : 'callerIds.completeTitle'
  return (
    <Dialog
      title={t(title)}
      testid="review"
      onClose={onClose}
      foot={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t('frame.cancel')}
          </button>
          {reject ? (
            <button
              type="button"
              className="btn hangup"
              disabled={reason.trim() === ''}
              onClick={() => onDecide({ state: 'rejected', reason })}
            >
              {t('callerIds.reject')}
            </button>
          ) : (
            <button
              type="button"
              className="btn primary"
              onClick={() => onDecide({ state: 'completed', expires_on: lastDay })}
            >
              {t(used ? 'frame.save' : 'callerIds.complete')}
            </button>
          )}
        </>
      }
    >
      {reject ? (
        <label className="stack">
          <span>{t('callerIds.rejectLead', { number })}</span>
          <textarea
            className="plain area"
            rows={4}
            maxLength={500}
            aria-label={t('callerIds.fields.reason')}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        </label>
      ) : (
        <>
          {!used && <p>{t('callerIds.completeLead', { number })}</p>}
          <label className="stack">
            <span>{t('callerIds.fields.expires_on')}</span>
            <input
              type="date"
              className="plain"
              value={lastDay}
              onChange={(event) => setLastDay(event.currentTarget.value)}
            />
            <span className="xs t2">{t('callerIds.help.expires_on')}</span>
          </label>
        </>
      )}
      {problem && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  )
}
