import type { TFunction } from 'i18next'
import type { Ticket } from '../api/types.ts'
import { formatNumber } from '../format/phone.ts'
import type { Look } from '../phone/state.ts'
import { knownReason } from './events.ts'

const statuses = {
  unassigned: 'dead',
  processing: 'ring',
  pending: 'hold',
  resolved: 'talk',
  completed: 'work',
} as const satisfies Record<string, Look>

export function statusWord(status: string, t: TFunction): string {
  return status in statuses ? t(`status.${status as keyof typeof statuses}`) : status
}

/** The colours of a status (design section 2). */
export function statusLook(status: string): Look {
  return status in statuses ? statuses[status as keyof typeof statuses] : 'work'
}

/** That nobody answered the ticket's call, and why. */
export function missedWords(missed: string, t: TFunction): string {
  const reason = knownReason(missed)
  return reason ? `${t('ticket.missed')} · ${t(`event.reason_${reason}`)}` : t('ticket.missed')
}

/** A call's ticket has no subject until somebody writes one. */
export function subjectOf(ticket: Ticket, t: TFunction): string {
  if (ticket.subject) return ticket.subject
  if (ticket.channel !== 'phone') return t('ticket.subjectOther')
  return t('ticket.subjectPhone', { number: formatNumber(ticket.customer_number) || t('offer.noNumber') })
}

/** Who the customer is, in one line. */
export function customerOf(ticket: Ticket, t: TFunction): { name: string; number: string } {
  const name = ticket.customer_name === ticket.customer_number ? '' : ticket.customer_name
  return { name: name || t('offer.unknown'), number: formatNumber(ticket.customer_number) || t('offer.noNumber') }
}
