import { useTranslation } from 'react-i18next'
import type { CallView } from '../phone/view.ts'
import { Customer, HostileStrip, LastTickets } from './Customer.tsx'
import { otherLine } from './caller.ts'
import { useCard } from './card.ts'
import { HangUp } from './EndButtons.tsx'
import { MediaLost } from './MediaLost.tsx'
import { NextState } from './NextState.tsx'

/** 발신중: whom the agent calls, and the way out. */
export function Dialling({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const internal = call.direction === 'internal'
  const card = useCard(internal ? '' : call.id)
  return (
    <>
      <MediaLost />
      {internal ? (
        <div className="stack g1" data-testid="caller">
          <span className="who1">{otherLine(call, t)}</span>
          {call.target?.name && <span className="tel">{t('consult.extension', { number: call.target.number })}</span>}
          <span className="sm t2">{t('dial.inside')}</span>
        </div>
      ) : (
        <Customer call={call} card={card}>
          <span className="sm t2">{t('dial.ticketFollows')}</span>
        </Customer>
      )}
      <HangUp call={call} className="big full" />
      <HostileStrip card={card} />
      <hr />
      <NextState />
      <LastTickets card={card} />
    </>
  )
}
