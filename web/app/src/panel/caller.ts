import type { TFunction } from 'i18next'
import type { Card } from '../api/types.ts'
import { formatNumber } from '../format/phone.ts'
import { spanParts } from '../format/time.ts'
import type { CallView, Target } from '../phone/view.ts'

/** The caller's number as people read it, or the words for none. */
export function callerNumber(call: Pick<CallView, 'caller'>, t: TFunction): string {
  return formatNumber(call.caller.number) || t('offer.noNumber')
}

/** Name and number in one line; the number alone when there is no name. */
export function callerLine(call: Pick<CallView, 'caller'>, t: TFunction): string {
  const number = callerNumber(call, t)
  return call.caller.name && call.caller.name !== call.caller.number ? `${call.caller.name}, ${number}` : number
}

/** The customer's name: as our own records have it, else as the network told it; '' when nobody knows. */
export function nameOf(call: Pick<CallView, 'caller'>, card?: Card): string {
  const told = call.caller.name === call.caller.number ? '' : call.caller.name
  return card?.customer?.name || told
}

/** Whom the agent consults or calls, in one word or number. */
export function targetName(target: Pick<Target, 'name' | 'number'> | null, t: TFunction): string {
  return target?.name || formatNumber(target?.number ?? '') || t('told.someone')
}

/** Who is at the other end, in one line: the customer, or the colleague of an internal call. */
export function otherLine(call: CallView, t: TFunction): string {
  if (call.consulted) return call.from || t('told.someone')
  if (call.direction === 'internal') return targetName(call.target, t)
  return callerLine(call, t)
}

/** A span in words: 1분 48초. */
export function spanWords(ms: number, t: TFunction): string {
  const parts = spanParts(ms)
  if (parts.hours > 0) return t('span.hours', parts)
  return parts.minutes > 0 ? t('span.minutes', parts) : t('span.seconds', parts)
}
