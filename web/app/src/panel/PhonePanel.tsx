import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { SwapNotice } from '../devices/SwapNotice.tsx'
import { DialForm } from '../dial/DialForm.tsx'
import { screenState } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { TabNotice } from '../tabs/TabNotice.tsx'
import { Connecting } from './Connecting.tsx'
import { Consult } from './Consult.tsx'
import { Consulted } from './Consulted.tsx'
import { Dialling } from './Dialling.tsx'
import { Disconnected } from './Disconnected.tsx'
import { Idle } from './Idle.tsx'
import { OfferCard } from './OfferCard.tsx'
import { PanelFoot } from './PanelFoot.tsx'
import { PanelHead } from './PanelHead.tsx'
import { Parked } from './Parked.tsx'
import { SignedOut } from './SignedOut.tsx'
import { Talking } from './Talking.tsx'

/** The phone at the right of every page (PH-06). Without onCollapse it is a page of its own. */
export function PhonePanel({ onCollapse }: { onCollapse?: () => void }) {
  const { t } = useTranslation()
  return (
    <aside className="phone" id="phone" tabIndex={-1} aria-label={t('phone.label')} data-testid="phone-panel">
      <h2 className="vh">{t('phone.label')}</h2>
      <PanelHead onCollapse={onCollapse} />
      <div className="ph-body">
        <TabNotice />
        <SwapNotice />
        <Body />
      </div>
      <PanelFoot />
    </aside>
  )
}

function Body() {
  const desk = useDesk()
  const state = screenState(desk)
  const call = desk.view?.call
  const { open } = useWindows()
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
    case 'dialling':
    case 'talking':
    case 'holding':
    case 'consulting':
      return call ? <OnCall call={call} /> : <Waiting />
    default:
      return open === 'dial' ? <DialForm /> : <Idle state={state} />
  }
}

function OnCall({ call }: { call: CallView }) {
  if (call.phase === 'parked') return <Parked call={call} />
  if (call.consulted) return <Consulted call={call} />
  if (call.phase === 'dialling') return <Dialling call={call} />
  return call.target && call.direction !== 'internal' ? <Consult call={call} /> : <Talking call={call} />
}

function Waiting() {
  const { t } = useTranslation()
  return <p className="t2">{t('app.loading')}</p>
}
