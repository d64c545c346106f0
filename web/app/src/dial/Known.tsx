import { useTranslation } from 'react-i18next'
import type { CardTicket } from '../api/types.ts'
import { shortTime } from '../format/time.ts'
import { ShieldIcon } from '../panel/ShieldIcon.tsx'
import { statusLook, statusWord } from '../tickets/words.ts'
import { useLookup } from './useLookup.ts'

/** Whose number is being typed, and when he was last spoken with. It keeps its place, so that nothing moves under the hand. */
export function Known({ typed, service }: { typed: string; service: string }) {
  const { t } = useTranslation()
  const { asked, card, failed } = useLookup(typed, service)
  const last = card?.tickets[0]
  return (
    <div className="known" role="status" data-testid="known" data-state={card ? 'known' : asked ? 'asking' : 'nothing'}>
      {card && (
        <>
          <span className="row g1">
            {card.customer ? (
              <b className="cut">{card.customer.name}</b>
            ) : (
              <span className="t2">{t('lookup.unknown')}</span>
            )}
            {card.customer?.grade && <span className="pill line">{card.customer.grade}</span>}
            {card.hostile.count > 0 && (
              <span className="pill" data-s="dead">
                <ShieldIcon className="i s" />
                {t('card.hostileShort', { count: card.hostile.count })}
              </span>
            )}
          </span>
          {last ? <Last ticket={last} /> : <span className="xs t3">{t('lookup.noContact')}</span>}
        </>
      )}
      {failed && <span className="xs t3">{t('lookup.failed')}</span>}
    </div>
  )
}

function Last({ ticket }: { ticket: CardTicket }) {
  const { t } = useTranslation()
  return (
    <span className="row g1 xs t2">
      <span className="fixed">
        {t('lookup.last')} <time dateTime={ticket.created_at}>{shortTime(ticket.created_at)}</time>
      </span>
      <span className="pill" data-s={statusLook(ticket.status)}>
        {statusWord(ticket.status, t)}
      </span>
      <span className="cut" title={ticket.subject}>
        {ticket.subject || t('ticket.label', { number: `#${ticket.number}` })}
      </span>
    </span>
  )
}
