import { useTranslation } from 'react-i18next'
import type { Ticket } from '../api/types.ts'
import { CallLink } from '../dial/CallLink.tsx'
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
      {card && card.hostile.count > 0 && (
        <span className="pill" data-s="dead">
          <ShieldIcon className="i s" />
          {t('card.hostileShort', { count: card.hostile.count })}
        </span>
      )}
    </div>
  )
}
