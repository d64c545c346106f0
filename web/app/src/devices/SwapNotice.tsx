import { IconHeadset, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'

/** The headset was unplugged, and what the call goes on with. */
export function SwapNotice() {
  const { t } = useTranslation()
  const { desk } = useWorkplace()
  const { swap } = useDesk().media
  if (!swap) return null
  const from = swap.from || t('devices.unnamed')
  const words = swap.to ? t('devices.swappedTo', { from, to: swap.to }) : t('devices.swappedNone', { from })
  return (
    <div className="strip" data-s={swap.to ? 'hold' : 'dead'} role="alert" data-testid="microphone-swap">
      <IconHeadset className="i s" stroke={1.75} aria-hidden />
      <span className="grow">
        <b>{t('devices.swapped')}</b> {words}
      </span>
      <button
        type="button"
        className="btn small quiet icon"
        aria-label={t('quality.close')}
        onClick={() => desk.media.forgetSwap()}
      >
        <IconX className="i s" stroke={1.75} aria-hidden />
      </button>
    </div>
  )
}
