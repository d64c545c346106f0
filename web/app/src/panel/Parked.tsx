import { useTranslation } from 'react-i18next'
import type { CallView } from '../phone/view.ts'
import { callerLine, nameOf } from './caller.ts'
import { useCard } from './card.ts'
import { HangUp, HostileButton } from './EndButtons.tsx'
import { MediaLost } from './MediaLost.tsx'

/** The sound broke off; the agent is brought back to his customer by itself. */
export function Parked({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const who = nameOf(call, useCard(call.id)) || callerLine(call, t)
  return (
    <>
      <section className="notice" data-s="talk" role="status" data-testid="parked">
        <div>
          <b>{t('parked.title', { who })}</b>
          <div className="sm">{t('parked.hint')}</div>
        </div>
        <div className="count back" aria-hidden="true">
          <i />
        </div>
      </section>
      <MediaLost />
      <div className="row">
        <HostileButton call={call} className="big" />
        <HangUp call={call} className="big grow" />
      </div>
    </>
  )
}
