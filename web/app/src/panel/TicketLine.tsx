import { useTranslation } from 'react-i18next'
import type { Ticket } from '../api/types.ts'
import { CallLink } from '../dial/CallLink.tsx'
import { day, hour } from '../format/time.ts'
import { customerOf } from '../tickets/words.ts'
import { useKnownCard } from './card.ts'
import { ShieldIcon } from './ShieldIcon.tsx'

/** Where the window has no room for it elsewhere: who the ticket is about, his number, and earlier hostile calls. */
export function TicketLine({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation()
  const card = useKnownCard(ticket.call)
  const { name } = customerOf(ticket, t)
  return (
    <div className="row g3 only-narrow tline" data-testid="ticket-line">
      <b className="cut">{card?.customer?.name || name}</b>
      <CallLink number={ticket.customer_number} />
      <span className="sm t2 cut">{[ticket.agent.name, ticket.service.name].filter(Boolean).join(' · ')}</span>
      <time className="sm t2 num" dateTime={ticket.created_at}>
        {t('ticket.created')} {day(ticket.created_at)} {hour(ticket.created_at)}
      </time>
      {card && card.hostile.count > 0 && (
        <span className="pill" data-s="dead">
          <ShieldIcon className="i s" />
          {t('card.hostileShort', { count: card.hostile.count })}
        </span>
      )}
    </div>
  )
}
