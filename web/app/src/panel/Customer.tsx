import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import type { Card } from '../api/types.ts'
import { CallLink } from '../dial/CallLink.tsx'
import { day, shortTime } from '../format/time.ts'
import type { CallView } from '../phone/view.ts'
import { missedWords, statusLook, statusWord } from '../tickets/words.ts'
import { callerNumber, nameOf } from './caller.ts'
import { ShieldIcon } from './ShieldIcon.tsx'
import { Strip } from './Strip.tsx'

interface Props {
  call: CallView
  card: Card | undefined
  /** The number large, when nobody knows whose it is. */
  large?: boolean
  pill?: ReactNode
  children?: ReactNode
}

/** Who the customer is: name and grade if known by the number, and the number. */
export function Customer({ call, card, large, pill, children }: Props) {
  const { t } = useTranslation()
  const name = nameOf(call, card)
  const number = callerNumber(call, t)
  return (
    <div className="stack g1" data-testid="caller">
      <div className="row">
        <span className={name ? 'who1' : large ? 'who1 tel1' : 'who1 num'}>{name || number}</span>
        {card?.customer?.grade && <span className="pill line">{card.customer.grade}</span>}
        {pill}
      </div>
      {name && <div className="tel">{large ? number : <CallLink number={call.caller.number} />}</div>}
      {!name && large && <div className="sm t2">{t('offer.unknown')}</div>}
      {children}
    </div>
  )
}

/** Earlier calls of this customer that ended in 강성종료, if there were any. */
export function HostileStrip({ card }: { card: Card | undefined }) {
  if (!card || card.hostile.count === 0) return null
  return (
    <Strip look="dead" icon={ShieldIcon}>
      <Trans
        i18nKey="card.hostile"
        values={{ count: card.hostile.count, date: day(card.hostile.last_at ?? '') }}
        components={{ b: <b /> }}
      />
    </Strip>
  )
}

/** The customer's last tickets, at most three. */
export function LastTickets({ card }: { card: Card | undefined }) {
  const { t } = useTranslation()
  if (!card || card.tickets.length === 0) return null
  return (
    <div>
      <h3 className="sech">{t('card.tickets', { count: card.tickets.length })}</h3>
      {card.tickets.map((ticket) => (
        <div className="minit" key={ticket.number}>
          <span className="pill" data-s={statusLook(ticket.status)}>
            {statusWord(ticket.status, t)}
          </span>
          {ticket.missed && (
            <span className="pill" data-s="dead" title={missedWords(ticket.missed, t)}>
              {t('ticket.missed')}
            </span>
          )}
          <Link className="cut" to="/tickets/$number" params={{ number: String(ticket.number) }}>
            {ticket.subject || t('ticket.label', { number: `#${ticket.number}` })}
          </Link>
          <time className="xs t3" dateTime={ticket.created_at}>
            {shortTime(ticket.created_at)}
          </time>
        </div>
      ))}
    </div>
  )
}
