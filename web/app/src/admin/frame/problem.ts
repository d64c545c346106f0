import type { TFunction } from 'i18next'
import { ApiError } from '../../api/client.ts'

const known = [
  'unreachable',
  'database_unavailable',
  'unavailable',
  'forbidden',
  'not_found',
  'not_signed_in',
  'too_large',
  'bad_file',
  'unsupported_media_type',
  'invalid_request',
  'edit_conflict',
  'in_use',
] as const

/** What to say of a request that failed as a whole. */
export function problemWords(t: TFunction<'admin'>, error: unknown): string {
  const code = error instanceof ApiError ? error.code : 'internal'
  const word = known.find((k) => k === code)
  const params = error instanceof ApiError ? error.params : {}
  if (word === 'bad_file' && params.column) return t('problem.bad_head', { column: params.column })
  return t(`problem.${word ?? 'internal'}`)
}

/** What to say of one field. An area words its own codes as field.<code>; a code without words says that it is wrong. */
export function fieldWords(t: TFunction<'admin'>, code: string, params: Record<string, string> = {}): string {
  return t(`field.${code}` as 'field.required', { ...params, defaultValue: t('field.invalid') })
}
