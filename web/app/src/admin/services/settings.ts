import type { AdminService, ServiceSettings } from '../../api/types.ts'

export const languageCodes = ['ko', 'en', 'ja', 'zh', 'vi', 'th', 'ru', 'uz', 'mn', 'id'] as const

export const timeZones: string[] = Intl.supportedValuesOf('timeZone')

/** What a service begins with. */
export const fresh: ServiceSettings = {
  name: '',
  kind: 'consult',
  phone: true,
  inbound: true,
  outbound: true,
  chat: false,
  sms: false,
  editor: 'plain',
  languages: ['ko', 'en'],
  time_zone: 'Asia/Seoul',
  after_call: 'notice',
  stay_ready_after_decline: false,
  foreign_numbers: false,
  premium_numbers: false,
}

/** What of a service is edited. */
export function settingsOf({ id: _, version: __, ...settings }: AdminService): ServiceSettings {
  return settings
}
