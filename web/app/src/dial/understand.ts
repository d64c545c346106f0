import { formatNumber } from '../format/phone.ts'

/** What sort of number somebody typed. Inside is an extension or a queue's number. */
export type NumberKind = 'inside' | 'emergency' | 'mobile' | 'fixed' | 'service' | 'premium' | 'foreign'

/** A number that can be dialled. The server has the last word; this is for the screen. */
export interface Understood {
  kind: NumberKind
  /** National form, digits only; abroad with a leading +. */
  digits: string
  /** As people read it. */
  shown: string
}

const most = 20
const emergency = new Set(['110', '111', '112', '113', '117', '118', '119', '122', '125'])

/** Digits with an optional leading +, or null when there is anything else in it. */
function digitsOf(text: string): string | null {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replaceAll(/[\s().\-‐‑‒–—―]/g, '')
  return /^\+?\d{1,32}$/.test(plain) ? plain : null
}

/** The national form of a number written for the whole world: +82 10… and 0082 10… are 010…. */
function national(digits: string): string {
  const abroad = digits.replace(/^00[1-9]?\d?(?=82)/, '+').replace(/^00(?=[1-9])/, '+')
  return abroad.replace(/^\+82\(?0?/, '0').replace(/^0(?=1[568]\d{6}$)/, '')
}

function kindOf(digits: string): NumberKind | null {
  if (emergency.has(digits)) return 'emergency'
  if (digits.startsWith('+')) return digits.length >= 8 && digits.length <= most ? 'foreign' : null
  if (/^[1-9]\d{2,4}$/.test(digits)) return 'inside'
  if (/^01[016789]\d{7,8}$/.test(digits)) return 'mobile'
  if (/^060\d{6,8}$/.test(digits)) return 'premium'
  if (/^(1[568]\d{6}|070\d{7,8}|080\d{7}|050\d{8,9})$/.test(digits)) return 'service'
  if (/^(02\d{7,8}|0[3-6]\d{8,9})$/.test(digits)) return 'fixed'
  return null
}

/** Understands 010-1234-5678, +82 10…, 1588-…, 9 and an outside number, an extension, and full-width digits. */
export function understand(text: string): Understood | null {
  const typed = digitsOf(text)
  if (typed === null) return null
  const digits = national(typed)
  const kind = kindOf(digits)
  if (kind) return { kind, digits, shown: formatNumber(digits) }
  const outside = /^9(?=0|1[568])/.test(digits) ? national(digits.slice(1)) : ''
  const kindOutside = outside && kindOf(outside)
  return kindOutside && kindOutside !== 'inside'
    ? { kind: kindOutside, digits: outside, shown: formatNumber(outside) }
    : null
}

/** Whether two numbers, in any form, are the same line. */
export function sameNumber(a: string, b: string): boolean {
  const x = understand(a)
  return x !== null && x.digits === understand(b)?.digits
}
