import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime } from '../app/deskContext.ts'
import { formatNumber } from '../format/phone.ts'
import type { CallView } from '../phone/view.ts'
import { spanWords } from './caller.ts'

/** 이 통화: how long the customer waited and was held, which number was used, and the ticket. */
export function CallFacts({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const ticket = desk.ticket?.call === call.id ? desk.ticket : null
  const inbound = call.direction === 'inbound'
  if (call.direction === 'internal') return null
  return (
    <div>
      <h3 className="sech">{t('call.thisCall')}</h3>
      <dl className="kv">
        {inbound && call.connected_at && (
          <>
            <dt>{t('offer.waited')}</dt>
            <dd className="num">{spanWords(Date.parse(call.connected_at) - Date.parse(call.queued_at), t)}</dd>
          </>
        )}
        <dt>{inbound ? t('call.dialled') : t('dial.callerId')}</dt>
        <dd className="num">{formatNumber(call.dialled)}</dd>
        <dt>{t('controls.heldFor')}</dt>
        <dd className="num">
          <Held call={call} />
        </dd>
        {ticket && (
          <>
            <dt>{t('call.ticket')}</dt>
            <dd>
              <Link to="/tickets/$number" params={{ number: String(ticket.number) }}>
                #{ticket.number}
              </Link>
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}

function Held({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const since = call.held_at ? Date.parse(call.held_at) : 0
  const now = useServerTime(since)
  const whole = call.held_ms + (call.held_at ? now - since : 0)
  return <>{whole > 0 ? spanWords(whole, t) : t('controls.heldNone')}</>
}
