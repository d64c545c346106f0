import { IconList, IconPencil, IconPhone } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'
import type { TicketWithEvents } from '../api/types.ts'
import { useDesk, useTitle } from '../app/deskContext.ts'
import { CallLink } from '../dial/CallLink.tsx'
import { day, hour } from '../format/time.ts'
import { ShieldIcon } from '../panel/ShieldIcon.tsx'
import { StateShape } from '../panel/StateShape.tsx'
import { TicketLine } from '../panel/TicketLine.tsx'
import { lookOf, screenState } from '../phone/state.ts'
import { NoteEditor } from './NoteEditor.tsx'
import { useBegun } from './notes.ts'
import { useTicket, useTicketRefresh } from './queries.ts'
import { Timeline } from './Timeline.tsx'
import { customerOf, missedWords, statusLook, statusWord, subjectOf } from './words.ts'

/** One ticket: its fields, and what happened to it. */
export function TicketPage({ number }: { number: string }) {
  const { t } = useTranslation()
  const ticket = useTicket(number)
  useTicketRefresh()
  useTitle(`#${number}`)
  return (
    <section className="page" aria-label={t('ticket.label', { number })} data-testid="ticket">
      <TabStrip number={number} ticket={ticket.data} />
      <LeftBehind number={number} />
      {ticket.data ? (
        <Body ticket={ticket.data} />
      ) : ticket.isPending ? (
        <p className="empty t2" aria-busy="true">
          {t('app.loading')}
        </p>
      ) : (
        <Missing number={number} error={ticket.error} onRetry={() => void ticket.refetch()} />
      )}
    </section>
  )
}

/** The way back to the list, and the open ticket with the shape of the call's state. */
function TabStrip({ number, ticket }: { number: string; ticket: TicketWithEvents | undefined }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const begun = useBegun(number)
  const live = ticket && ticket.call !== '' && desk.view?.call?.id === ticket.call
  return (
    <nav className="wtabs" aria-label={t('ticket.list')}>
      <Link to="/tickets">
        <IconList className="i s" stroke={1.75} aria-hidden />
        {t('ticket.back')}
      </Link>
      <span className="on" aria-current="page">
        {live && <StateShape look={lookOf(screenState(desk))} />}
        <span className="cut">
          #{number} {ticket && customerOf(ticket, t).number}
        </span>
        {begun && <span className="unsaved" role="img" aria-label={t('note.begun')} title={t('note.begun')} />}
      </span>
    </nav>
  )
}

/** The call took the screen away from a note: where it is. */
function LeftBehind({ number }: { number: string }) {
  const { t } = useTranslation()
  const from = useLocation().state.begun ?? ''
  const begun = useBegun(from)
  if (!begun || from === number) return null
  return (
    <div className="row leftbehind" role="status" data-testid="left-behind">
      <IconPencil className="i s" stroke={1.75} aria-hidden />
      <span>
        {t('note.left')} ·{' '}
        <Link to="/tickets/$number" params={{ number: from }}>
          {t('note.back')} (#{from})
        </Link>
      </span>
    </div>
  )
}

function Body({ ticket }: { ticket: TicketWithEvents }) {
  const { t } = useTranslation()
  return (
    <>
      <div className="thead">
        <div className="row">
          <span className="ch" data-s="talk">
            <IconPhone className="i" stroke={1.75} role="img" aria-label={t('ticket.channel_phone')} />
          </span>
          <span className="t3 sm num">#{ticket.number}</span>
          <span className="pill" data-s={statusLook(ticket.status)} data-testid="ticket-status">
            {statusWord(ticket.status, t)}
          </span>
          {ticket.missed && (
            <span className="pill" data-s="dead">
              {missedWords(ticket.missed, t)}
            </span>
          )}
          {ticket.hostile_at && (
            <span className="pill" data-s="dead">
              <ShieldIcon className="i s" />
              {t('ticket.hostile')}
            </span>
          )}
        </div>
        <h1>{subjectOf(ticket, t)}</h1>
        <TicketLine ticket={ticket} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <section className="two" aria-label={t('ticket.info')} tabIndex={0}>
        <div className="work">
          <div className="tbody">
            <h2 className="sech">{t('ticket.eventsOfCall')}</h2>
            <Timeline ticket={ticket} />
          </div>
          <NoteEditor key={ticket.number} ticket={String(ticket.number)} />
        </div>
        <Fields ticket={ticket} />
      </section>
    </>
  )
}

function Fields({ ticket }: { ticket: TicketWithEvents }) {
  const { t } = useTranslation()
  const customer = customerOf(ticket, t)
  return (
    <div className="aside">
      <div>
        <h2 className="sech">{t('ticket.info')}</h2>
        <dl className="kv">
          <dt>{t('ticket.channel')}</dt>
          <dd>{t(ticket.direction === 'outbound' ? 'ticket.channelOutbound' : 'ticket.channelInbound')}</dd>
          <dt>{t('ticket.service')}</dt>
          <dd>{ticket.service.name}</dd>
          <dt>{t('ticket.agent')}</dt>
          <dd>{ticket.agent.name || t('ticket.noAgent')}</dd>
          <dt>{t('ticket.created')}</dt>
          <dd>
            <time dateTime={ticket.created_at}>
              {day(ticket.created_at)} {hour(ticket.created_at)}
            </time>
          </dd>
        </dl>
      </div>
      <div>
        <h2 className="sech">{t('ticket.customer')}</h2>
        <dl className="kv">
          <dt>{t('ticket.customerName')}</dt>
          <dd>{customer.name}</dd>
          <dt>{t('ticket.customerNumber')}</dt>
          <dd className="num">
            <CallLink number={ticket.customer_number} />
          </dd>
        </dl>
      </div>
    </div>
  )
}

function Missing({ number, error, onRetry }: { number: string; error: Error; onRetry: () => void }) {
  const { t } = useTranslation()
  const gone = error instanceof ApiError && (error.status === 404 || error.status === 422)
  return (
    <div className="empty" role="alert">
      <h2>{gone ? t('ticket.notFound', { number }) : t('ticket.loadFailed')}</h2>
      <p>{gone ? t('ticket.notFoundHint') : t('ticket.loadFailedHint')}</p>
      {!gone && (
        <button type="button" className="btn" onClick={onRetry}>
          {t('app.retry')}
        </button>
      )}
    </div>
  )
}
