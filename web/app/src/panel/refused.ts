import type { TFunction } from 'i18next'
import { ko } from '../i18n/ko.ts'

type Code = keyof typeof ko.refused

/** Why the server refused to call, consult or hand over, in words. */
export function refusedWord(code: string, t: TFunction): string {
  return t(`refused.${code in ko.refused ? (code as Code) : 'other'}`)
}
