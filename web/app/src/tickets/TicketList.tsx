import { IconAlertTriangle, IconPhone, IconTicket } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Ticket } from '../api/types.ts'
import { useDesk, useTitle } from '../app/deskContext.ts'
import { CallLink } from '../dial/CallLink.tsx'
import { shortTime } from '../format/time.ts'
import { hasPhone } from '../phone/state.ts'
import { useBegun } from './notes.ts'
import { useTicketList, useTicketRefresh } from './queries.ts'
import { customerOf, missedWords, statusLook, statusWord, subjectOf } from './words.ts'

/** All tickets, newest first. */
export function TicketList() {
  const { t } = useTranslation()
  const list = useTicketList()
  useTicketRefresh()
  useTitle(t('ticket.list'))
  const tickets = list.data?.pages.flatMap((page) => page.tickets) ?? []
  return (
    <section className="page" aria-label={t('ticket.list')}>
      <header className="row">
        <h1>{t('ticket.list')}</h1>
        {list.data && (
          <span className="t3 sm num">
            {t(list.hasNextPage ? 'ticket.countMore' : 'ticket.count', { count: tickets.length })}
          </span>
        )}
        <span className="spacer" />
        <span className="pill line">{t('ticket.newest')}</span>
      </header>
      {list.isPending ? (
        <Bones />
      ) : list.isError && !list.data ? (
        <Failed onRetry={() => void list.refetch()} />
      ) : tickets.length === 0 ? (
        <Empty />
      ) : (
        <div className="scroll">
          <ul>
            {tickets.map((ticket) => (
              <li key={ticket.number}>
                <Row ticket={ticket} />
              </li>
            ))}
          </ul>
          {list.hasNextPage && (
            <button
              type="button"
              className="btn"
              style={{ margin: '16px auto' }}
              disabled={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t('ticket.more')}
            </button>
          )}
        </div>
      )}
    </section>
  )
}

function Row({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const { view } = useDesk()
  const live = ticket.call !== '' && view?.call?.id === ticket.call
  const customer = customerOf(ticket, t)
  const begun = useBegun(String(ticket.number))
  return (
    <div className={live ? 'trow live' : 'trow'}>
      <span className="ch" data-s="talk">
        <IconPhone className="i" stroke={1.75} role="img" aria-label={t('ticket.channel_phone')} />
      </span>
      <span className="who cut">
        {customer.name}{' '}
        <span className="t3">
          · <CallLink number={ticket.customer_number} />
        </span>
      </span>
      <time dateTime={ticket.created_at}>{shortTime(ticket.created_at)}</time>
      <Link
        className="sub cut"
        to="/tickets/$number"
        params={{ number: String(ticket.number) }}
        data-testid="ticket-row"
      >
        {subjectOf(ticket, t)}
      </Link>
      <span className="meta">
        <span className="pill" data-s={statusLook(ticket.status)}>
          {statusWord(ticket.status, t)}
        </span>
        {ticket.missed && (
          <span className="pill" data-s="dead" title={missedWords(ticket.missed, t)}>
            {t('ticket.missed')}
          </span>
        )}
        <span className="xs t3 num">#{ticket.number}</span>
        {begun && <span className="unsaved" role="img" aria-label={t('note.begun')} title={t('note.begun')} />}
        <span className="xs t2 cut">
          {ticket.agent.name || t('ticket.noAgent')} · {ticket.service.name}
        </span>
      </span>
    </div>
  )
}

function Bones() {
  const { t } = useTranslation()
  return (
    <div className="scroll" aria-busy="true">
      <span className="vh">{t('app.loading')}</span>
      {[72, 58, 66].map((width) => (
        <div className="trow ghost" key={width}>
          <span className="ch" />
          <span className="bone" style={{ width: `${width / 2}%` }} />
          <span />
          <span className="sub bone" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  )
}

function Empty() {
  const { t } = useTranslation()
  return (
    <div className="empty">
      <IconTicket className="i" stroke={1.25} aria-hidden />
      <h2>{t('ticket.emptyTitle')}</h2>
      <p>{hasPhone(useDesk()) ? t('ticket.emptyHint') : t('ticket.emptyHintNoPhone')}</p>
    </div>
  )
}

function Failed({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="empty" role="alert">
      <IconAlertTriangle className="i" stroke={1.25} aria-hidden />
      <h2>{t('ticket.loadFailed')}</h2>
      <p>{t('ticket.loadFailedHint')}</p>
      <button type="button" className="btn" onClick={onRetry}>
        {t('app.retry')}
      </button>
    </div>
  )
}
