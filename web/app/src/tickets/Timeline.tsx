import { IconPencil } from '@tabler/icons-react'
import { useMemo } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { TicketEvent, TicketWithEvents } from '../api/types.ts'
import { formatNumber } from '../format/phone.ts'
import { day, second } from '../format/time.ts'
import { spanWords } from '../panel/caller.ts'
import { hostileReasons } from '../phone/view.ts'
import { eventKind, eventLook, eventReason, eventSpan, hostileReason } from './events.ts'
import { Letters } from './Letters.tsx'
import { type Note, useLetters, useNotes } from './notes.ts'
import { inOrder } from './order.ts'

/** What happened to a ticket and what was noted on it, oldest first; what is still on its way comes last. */
export function Timeline({ ticket }: { ticket: TicketWithEvents }) {
  const { t } = useTranslation()
  const number = String(ticket.number)
  const notes = useNotes(number)
  const letters = useLetters(number)
  const moments = useMemo(
    () => inOrder(ticket.events, notes.data?.pages.flatMap((page) => page.notes) ?? []),
    [ticket.events, notes.data],
  )
  return (
    <>
      {notes.hasNextPage && (
        <button
          type="button"
          className="btn small"
          disabled={notes.isFetchingNextPage}
          onClick={() => void notes.fetchNextPage()}
        >
          {t('note.older')}
        </button>
      )}
      {notes.isError && !notes.data && (
        <p className="sm row" role="alert">
          {t('note.failed')}
          <button type="button" className="btn small" onClick={() => void notes.refetch()}>
            {t('app.retry')}
          </button>
        </p>
      )}
      {moments.length + letters.length === 0 && <p className="t2 sm">{t('ticket.noEvents')}</p>}
      <ol className="tl">
        {moments.map((moment) =>
          'note' in moment ? (
            <Noted key={`note ${moment.note.id}`} note={moment.note} />
          ) : (
            <Happened key={moment.key} event={moment.event} />
          ),
        )}
        <Letters letters={letters} />
      </ol>
    </>
  )
}

function Happened({ event }: { event: TicketEvent }) {
  return (
    <li data-kind={eventKind(event.kind)}>
      <time dateTime={event.at} title={day(event.at)}>
        {second(event.at)}
      </time>
      <span className="pt" data-s={eventLook(eventKind(event.kind))} />
      <span>
        <Sentence event={event} />
        <Detail event={event} />
      </span>
    </li>
  )
}

/** A note: who wrote it, when, and what, as it was typed. */
function Noted({ note }: { note: Note }) {
  const { t } = useTranslation()
  const today = day(note.at) === day(new Date().toISOString())
  return (
    <li className="noted" data-kind="note">
      <IconPencil className="i s" stroke={1.75} role="img" aria-label={t('note.by')} />
      <div className="grow">
        <div className="row g1">
          <b>{note.author.name}</b>
          <time className="t2" dateTime={note.at} title={`${day(note.at)} ${second(note.at)}`}>
            {today ? second(note.at) : `${day(note.at)} ${second(note.at)}`}
          </time>
        </div>
        <p className="text">{note.text}</p>
      </div>
    </li>
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
  const why = hostileReasons.find((known) => known === event.params.detail)
  if (kind === 'hostile_end' && why) details.push(t(`hostile.reason_${why}`))
  const abuse = hostileReason(event)
  if (reason) details.push(t(`event.reason_${reason}`))
  if (abuse) details.push(t(`hostile.reason_${abuse}`))
  if (kind === 'connected' && waited !== undefined) details.push(t('event.waited', { span: spanWords(waited, t) }))
  if (kind === 'ended' && talked !== undefined) details.push(t('event.talked', { span: spanWords(talked, t) }))
  if (kind === 'ended' && held) details.push(t('event.held_for', { span: spanWords(held, t) }))
  return details.length > 0 ? <span className="t2"> · {details.join(' · ')}</span> : null
}
