import { Trans, useTranslation } from 'react-i18next'
import type { TicketEvent, TicketWithEvents } from '../api/types.ts'
import { formatNumber } from '../format/phone.ts'
import { day, second } from '../format/time.ts'
import { spanWords } from '../panel/caller.ts'
import { eventKind, eventLook, eventReason, eventSpan } from './events.ts'

/** What happened to a ticket, oldest first (이벤트). */
export function Timeline({ ticket }: { ticket: TicketWithEvents }) {
  const { t } = useTranslation()
  if (ticket.events.length === 0) return <p className="t2 sm">{t('ticket.noEvents')}</p>
  return (
    <ol className="tl">
      {ticket.events.map((event) => (
        <li key={event.at + event.kind + event.agent.id} data-kind={eventKind(event.kind)}>
          <time dateTime={event.at} title={day(event.at)}>
            {second(event.at)}
          </time>
          <span className="pt" data-s={eventLook(eventKind(event.kind))} />
          <span>
            <Sentence event={event} />
            <Detail event={event} />
          </span>
        </li>
      ))}
    </ol>
  )
}

function Sentence({ event }: { event: TicketEvent }) {
  const { t } = useTranslation()
  const values = {
    ...event.params,
    kind: event.kind,
    agent: event.agent.name || t('event.someone'),
    number: formatNumber(event.params.dialled ?? ''),
    queue: event.params.queue ?? '',
    to: formatNumber(event.params.number ?? ''),
    target: targetOf(event) || t('event.somebody'),
  }
  return <Trans i18nKey={`event.${eventKind(event.kind)}`} values={values} components={{ b: <b /> }} />
}

/** Who was consulted or got the customer: an agent, a queue, or an outside number. */
function targetOf(event: TicketEvent): string {
  const { target_name: name, target_number: number } = event.params
  return event.target.name || name || formatNumber(number ?? '')
}

function Detail({ event }: { event: TicketEvent }) {
  const { t } = useTranslation()
  const kind = eventKind(event.kind)
  const details: string[] = []
  const waited = eventSpan(event, 'wait_ms')
  const talked = eventSpan(event, 'talk_ms')
  const held = eventSpan(event, 'hold_ms')
  const reason = eventReason(event)
  if (reason) details.push(t(`event.reason_${reason}`))
  if (kind === 'connected' && waited !== undefined) details.push(t('event.waited', { span: spanWords(waited, t) }))
  if (kind === 'ended' && talked !== undefined) details.push(t('event.talked', { span: spanWords(talked, t) }))
  if (kind === 'ended' && held) details.push(t('event.held_for', { span: spanWords(held, t) }))
  return details.length > 0 ? <span className="t2"> · {details.join(' · ')}</span> : null
}
