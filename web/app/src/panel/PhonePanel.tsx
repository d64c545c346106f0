import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import { screenState } from '../phone/state.ts'
import { Connecting } from './Connecting.tsx'
import { Disconnected } from './Disconnected.tsx'
import { Elsewhere } from './Elsewhere.tsx'
import { Idle } from './Idle.tsx'
import { OfferCard } from './OfferCard.tsx'
import { PanelFoot } from './PanelFoot.tsx'
import { PanelHead } from './PanelHead.tsx'
import { SignedOut } from './SignedOut.tsx'
import { Talking } from './Talking.tsx'

/** The phone at the right of every page (PH-06). Without onCollapse it is a page of its own. */
export function PhonePanel({ onCollapse }: { onCollapse?: () => void }) {
  const { t } = useTranslation()
  return (
    <aside className="phone" id="phone" tabIndex={-1} aria-label={t('phone.label')} data-testid="phone-panel">
      <PanelHead onCollapse={onCollapse} />
      <div className="ph-body">
        <Elsewhere />
        <Body />
      </div>
      <PanelFoot />
    </aside>
  )
}

function Body() {
  const state = screenState(useDesk())
  switch (state) {
    case 'loading':
      return <Waiting />
    case 'signed_out':
      return <SignedOut />
    case 'connecting':
      return <Connecting />
    case 'disconnected':
      return <Disconnected />
    case 'offered':
      return <OfferCard />
    case 'talking':
      return <Talking />
    default:
      return <Idle state={state} />
  }
}

function Waiting() {
  const { t } = useTranslation()
  return <p className="t2">{t('app.loading')}</p>
}
