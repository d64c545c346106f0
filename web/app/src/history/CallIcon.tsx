import { IconPhoneIncoming, IconPhoneOutgoing, IconPhoneX, IconUsers } from '@tabler/icons-react'
import { isMissed, type PastCall } from './calls.ts'

/** Direction and result as a picture; the words stand beside it. */
export function CallIcon({ call }: { call: PastCall }) {
  const Icon = isMissed(call) ? IconPhoneX : icons[call.direction]
  return <Icon className={isMissed(call) ? 'i s missed' : 'i s t3'} stroke={1.75} aria-hidden />
}

const icons = { inbound: IconPhoneIncoming, outbound: IconPhoneOutgoing, internal: IconUsers }
