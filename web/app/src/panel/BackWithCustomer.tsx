import { IconArrowBackUp } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import type { CallView } from '../phone/view.ts'
import { targetName } from './caller.ts'
import { consultFailedWord } from './consultFailed.ts'
import { Strip } from './Strip.tsx'

/** Whom the agent consulted did not come, or left: the customer is back, and 해제 is what comes next. */
export function BackWithCustomer({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const { view, lastTarget } = useDesk()
  const notice = view?.notice?.kind === 'consult_failed' && view.notice.call === call.id ? view.notice : null
  const at = notice?.at
  useEffect(() => {
    if (!at || document.activeElement !== document.body) return
    document.querySelector<HTMLElement>('#phone [data-control="hold"]')?.focus()
  }, [at])
  if (!notice) return null
  return (
    <div data-testid="notice" data-kind="consult_failed">
      <Strip look="hold" icon={IconArrowBackUp}>
        <b>{t(consultFailedWord(notice.reason), { name: targetName(lastTarget, t) })}</b>
        <br />
        {call.phase === 'holding' ? t('told.consult_failedHint') : t('told.consult_failedTalking')}
      </Strip>
    </div>
  )
}
