import { IconHeadset } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CallView } from '../phone/view.ts'
import { Tile } from './CallControls.tsx'
import { Customer, HostileStrip, LastTickets } from './Customer.tsx'
import { otherLine } from './caller.ts'
import { useCard } from './card.ts'
import { HangUp } from './EndButtons.tsx'
import { MediaLost } from './MediaLost.tsx'
import { NextState } from './NextState.tsx'
import { Strip } from './Strip.tsx'
import { MutedStrip } from './Talking.tsx'
import { useControls } from './useControls.ts'

/** A colleague consults this agent, or called him: who it is, and about which customer. */
export function Consulted({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const internal = call.direction === 'internal'
  const card = useCard(internal ? '' : call.id)
  const mute = useControls(call).filter(({ name }) => name === 'mute')
  return (
    <>
      <MediaLost />
      <div className="stack g1" data-testid="from">
        <span className="who1">{otherLine(call, t)}</span>
        <span className="sm t2">
          {internal ? t('controls.internal') : t('consult.with', { name: otherLine(call, t) })}
        </span>
      </div>
      <div className="row">
        {mute.map((control) => (
          <Tile key={control.name} control={control} low />
        ))}
        <HangUp call={call} className="big grow" />
      </div>
      <MutedStrip />
      {!internal && (
        <>
          <hr />
          <div className="stack">
            <h3 className="sech flush">{t('consult.about')}</h3>
            <Customer call={call} card={card}>
              <span className="sm t2">{[call.queue.name, call.service.name].filter(Boolean).join(' · ')}</span>
            </Customer>
            <Strip look="work" icon={IconHeadset}>
              {call.phase === 'three_way' ? t('consult.aboutThree') : t('consult.aboutHint')}
            </Strip>
          </div>
          <HostileStrip card={card} />
          <LastTickets card={card} />
        </>
      )}
      <hr />
      <NextState />
    </>
  )
}
