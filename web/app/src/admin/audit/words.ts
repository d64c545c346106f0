import type { TFunction } from 'i18next'

/** The catalogue's part of each subject: its fields and their values are there as fields.<field> and values.<field>.<value>. */
export const partOf: Record<string, string> = {
  flow: 'flows',
  service: 'services',
  person: 'people',
  group: 'groups',
  queue: 'queues',
  number: 'numbers',
  caller_id: 'callerIds',
  phone: 'cti',
  trunk: 'trunks',
  sound: 'sounds',
  music: 'sounds',
  hostile_end: 'sounds',
}

type Any = (key: string, options: { defaultValue: string }) => string

/** The word of a field, or its name where there is none. */
export function fieldName(t: TFunction<'admin'>, subject: string, field: string): string {
  const top = field.split(/[.[]/)[0] ?? field
  const word = (t as unknown as Any)(`${partOf[subject] ?? subject}.fields.${top}`, { defaultValue: '' })
  return word ? word + field.slice(top.length) : field
}

/** A value in words: switches as 켬 and 끔, codes by their word. */
export function valueWords(t: TFunction<'admin'>, subject: string, field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return t('frame.none')
  if (typeof value === 'boolean') return t(value ? 'frame.on' : 'frame.off')
  if (Array.isArray(value)) {
    return value.length === 0 ? t('frame.none') : value.map((one) => valueWords(t, subject, field, one)).join(', ')
  }
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  return (t as unknown as Any)(`${partOf[subject] ?? subject}.values.${field}.${text}`, { defaultValue: text })
}
