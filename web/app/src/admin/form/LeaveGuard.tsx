import { useBlocker } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../frame/Dialog.tsx'

/** Asks once before a page with something unsaved is left. */
export function LeaveGuard({ dirty }: { dirty: () => boolean }) {
  const { t } = useTranslation('admin')
  const blocker = useBlocker({ shouldBlockFn: dirty, enableBeforeUnload: dirty, withResolver: true })
  if (blocker.status !== 'blocked') return null
  return (
    <Dialog
      title={t('form.leaveTitle')}
      alert
      onClose={blocker.reset}
      foot={
        <>
          <button type="button" className="btn" onClick={blocker.proceed}>
            {t('form.leave')}
          </button>
          {/* biome-ignore lint/a11y/noAutofocus: the harmless answer has the focus. */}
          <button type="button" className="btn primary" autoFocus onClick={blocker.reset}>
            {t('form.stay')}
          </button>
        </>
      }
    >
      <p>{t('form.leaveLead')}</p>
    </Dialog>
  )
}
