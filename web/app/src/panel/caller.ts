import type { TFunction } from 'i18next'
import { formatNumber } from '../format/phone.ts'
import { spanParts } from '../format/time.ts'
import type { CallView } from '../phone/view.ts'

/** The caller's number as people read it, or the words for none. */
export function callerNumber(call: Pick<CallView, 'caller'>, t: TFunction): string {
  return formatNumber(call.caller.number) || t('offer.noNumber')
}

/** Name and number in one line; the number alone when there is no name. */
export function callerLine(call: Pick<CallView, 'caller'>, t: TFunction): string {
  const number = callerNumber(call, t)
  return call.caller.name && call.caller.name !== call.caller.number ? `${call.caller.name}, ${number}` : number
}

/** A span in words: 1분 48초. */
export function spanWords(ms: number, t: TFunction): string {
  const parts = spanParts(ms)
  if (parts.hours > 0) return t('span.hours', parts)
  return parts.minutes > 0 ? t('span.minutes', parts) : t('span.seconds', parts)
}
