import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminPhone, DeskCredentials } from '../../api/types.ts'
import { Section } from '../form/Section.tsx'
import { Dialog } from '../frame/Dialog.tsx'
import { problemWords } from '../frame/problem.ts'
import { StatePill } from './StatePill.tsx'

interface Props {
  phone: AdminPhone
  /** After the credentials were read. */
  onIssued: () => void
}

/** What an agent is in now, and what can be done about it: 강제 로그아웃, and credentials for his desk phone. */
export function PhoneNow({ phone, onIssued }: Props) {
  const { t } = useTranslation('admin')
  const path = `/admin/phones/${phone.id}`
  const out = useMutation({ mutationFn: () => request<{ after: boolean }>('POST', `${path}/sign-out`) })
  const issue = useMutation({
    mutationFn: () => request<DeskCredentials>('POST', `${path}/credentials`, { version: phone.version }),
  })
  if (phone.version === 0) return <p className="t2">{t('cti.notAgent')}</p>
  const close = () => {
    issue.reset()
    onIssued()
  }
  return (
    <Section title={t('cti.part_phone')} hint={t('cti.issueHint')}>
      <p className="row wrap">
        <StatePill state={phone.state} />
        {phone.phone === 'desk' && <span>{t(phone.registered ? 'cti.deskThere' : 'cti.deskAway')}</span>}
      </p>
      <div className="row wrap">
        <button
          type="button"
          className="btn"
          disabled={out.isPending || phone.state === '' || phone.state === 'signed_out'}
          onClick={() => out.mutate()}
        >
          {t('cti.forceOut')}
        </button>
        <button type="button" className="btn" disabled={issue.isPending} onClick={() => issue.mutate()}>
          {t('cti.issue')}
        </button>
      </div>
      <p role="status">
        {out.data && t(out.data.after ? 'cti.forceOutAfter' : 'cti.forceOutDone')}
        {out.isError && t('cti.forceOutFailed')}
        {issue.isError && problemWords(t, issue.error)}
      </p>
      {issue.data && <Issued made={issue.data} onClose={close} />}
    </Section>
  )
}

function Issued({ made, onClose }: { made: DeskCredentials; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const rows = [
    [t('cti.server'), made.server],
    [t('cti.user'), made.user],
    [t('cti.password'), made.password],
  ] as const
  return (
    <Dialog
      title={t('cti.issued')}
      testid="credentials"
      onClose={onClose}
      foot={
        <button type="button" className="btn primary" onClick={onClose}>
          {t('frame.close')}
        </button>
      }
    >
      <p>{t('cti.issuedHint')}</p>
      <dl>
        {rows.map(([word, value]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
