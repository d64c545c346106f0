import { IconDeviceLaptop, IconInfoCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { Strip } from '../panel/Strip.tsx'
import type { Away } from '../phone/media.ts'
import { TakeOverDialog } from './TakeOverDialog.tsx'

/** The sound is in another page of this agent. One person, one phone; the buttons work in every page. */
export function TabNotice() {
  const { media, view } = useDesk()
  if (media.phase !== 'elsewhere' || view?.presence === 'signed_out') return null
  if (media.away?.why === 'in_use' && media.away.asked) return <TakeOverDialog since={media.away.since} />
  return <Elsewhere away={media.away} />
}

function Elsewhere({ away }: { away: Away | null }) {
  const { t } = useTranslation()
  const place = useWorkplace()
  const call = useDesk().view?.call
  const replaced = away?.why === 'replaced'
  const listen = () => {
    place.tone.unlock()
    void place.desk.signIn()
  }
  return (
    <div className="stack" data-testid="elsewhere" data-by={away?.by ?? ''}>
      <Strip look="work" icon={replaced ? IconDeviceLaptop : IconInfoCircle}>
        <Words away={away} />
      </Strip>
      <button type="button" className={call?.phase === 'parked' ? 'btn answer big full' : 'btn full'} onClick={listen}>
        {call?.phase === 'parked' ? t('tabs.returnTo') : t(replaced ? 'tabs.takeBack' : 'tabs.listen')}
      </button>
    </div>
  )
}

function Words({ away }: { away: Away | null }) {
  const { t } = useTranslation()
  const { view } = useDesk()
  if (!away) return t(view?.phone_up ? 'tabs.elsewhere' : 'tabs.nobody')
  if (away.why === 'in_use') return t('tabs.inUse')
  if (away.by === 'tab') return t('tabs.replacedTab')
  return (
    <>
      <b>{t('tabs.replacedComputer')}</b> {t('tabs.replacedComputerHint')}
    </>
  )
}
