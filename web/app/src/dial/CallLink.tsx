import { notifications } from '@mantine/notifications'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { formatNumber } from '../format/phone.ts'
import { hasPhone } from '../phone/state.ts'

/** A number that opens 걸기 filled in. For users without a phone it is only a number. */
export function CallLink({ number }: { number: string }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const { show } = useWindows()
  const shown = formatNumber(number)
  if (!shown) return <>{t('offer.noNumber')}</>
  if (!hasPhone(desk)) return <span className="num">{shown}</span>
  const open = () => {
    if (desk.view?.presence === 'signed_out') notifications.show({ message: t('dial.notSignedIn'), color: 'orange' })
    else if (desk.view?.occupation !== 'free') notifications.show({ message: t('dial.notInCall'), color: 'orange' })
    else show('dial', number)
  }
  return (
    <button type="button" className="call-link num" aria-label={t('dial.call', { number: shown })} onClick={open}>
      {shown}
    </button>
  )
}
