import { IconInfoCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { Strip } from './Strip.tsx'

/** The sound is in another page of this agent. One person, one phone. */
export function Elsewhere() {
  const { t } = useTranslation()
  const { media, view } = useDesk()
  const place = useWorkplace()
  if (media.phase !== 'elsewhere' || view?.presence === 'signed_out') return null
  const listen = () => {
    place.tone.unlock()
    void place.desk.signIn()
  }
  return (
    <>
      <Strip look="work" icon={IconInfoCircle}>
        {t('phone.elsewhere')}
      </Strip>
      <button type="button" className="btn full" onClick={listen}>
        {t('phone.listenHere')}
      </button>
    </>
  )
}
