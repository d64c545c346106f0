import type { Words } from './catalogue.ts'
import type { koPhone } from './ko.phone.ts'

export const enPhone: Words<typeof koPhone> = {}
