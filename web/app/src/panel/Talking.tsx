import { IconMicrophoneOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import { isMuted } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { BackWithCustomer } from './BackWithCustomer.tsx'
import { CallControls } from './CallControls.tsx'
import { CallFacts } from './CallFacts.tsx'
import { Customer, HostileStrip } from './Customer.tsx'
import { otherLine } from './caller.ts'
import { useCard } from './card.ts'
import { HoldWarning } from './HoldWarning.tsx'
import { MediaLost } from './MediaLost.tsx'
import { NextState } from './NextState.tsx'
import { Strip } from './Strip.tsx'

/** 통화중 and 보류중: who, the controls, what comes after, and the facts of the call. */
export function Talking({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const card = useCard(call.direction === 'internal' ? '' : call.id)
  const held = call.phase === 'holding'
  return (
    <>
      <MediaLost />
      {call.direction === 'internal' ? (
        <div className="stack g1" data-testid="caller">
          <span className="who1">{otherLine(call, t)}</span>
          <span className="sm t2">{t('controls.internal')}</span>
        </div>
      ) : (
        <Customer call={call} card={card}>
          <span className="sm t2">{held ? t('controls.holdOnMusic') : <Origin call={call} />}</span>
        </Customer>
      )}
      <BackWithCustomer call={call} />
      <HoldWarning call={call} />
      <HostileStrip card={card} />
      <CallControls call={call} />
      <MutedStrip />
      <hr />
      <NextState />
      <CallFacts call={call} />
    </>
  )
}

/** From which queue and service the customer came, or which service calls him. */
function Origin({ call }: { call: CallView }) {
  const { t } = useTranslation()
  return (
    <>
      {[call.queue.name && t('call.queueOf', { queue: call.queue.name }), call.service.name]
        .filter(Boolean)
        .join(' · ')}
    </>
  )
}

export function MutedStrip() {
  const { t } = useTranslation()
  if (!isMuted(useDesk())) return null
  return (
    <Strip look="dead" icon={IconMicrophoneOff}>
      <b>{t('call.muted')}</b> {t('call.mutedHint')}
    </Strip>
  )
}
