import type { TFunction } from 'i18next'
import type { FieldError } from '../api/client.ts'

/** The words of what is wrong with the fields of a request, by the field's name. */
export function fieldErrors(t: TFunction, errors: readonly FieldError[]): Record<string, string> {
  return Object.fromEntries(
    errors.map(({ location, code }) => [
      location.replace(/^body\./, ''),
      t(`password.${code}` as 'password.invalid', { defaultValue: t('password.invalid') }),
    ]),
  )
}
