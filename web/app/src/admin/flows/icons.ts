import type { Icon } from '@tabler/icons-react'
import { IconCalendar, IconDialpad, IconPhoneOff, IconPhoneOutgoing, IconUsers, IconVolume } from '@tabler/icons-react'
import type { Kind } from './model.ts'

export const stepIcons: Record<Kind, Icon> = {
  hours: IconCalendar,
  say: IconVolume,
  menu: IconDialpad,
  queue: IconUsers,
  number: IconPhoneOutgoing,
  hangup: IconPhoneOff,
}
