import { IconClock } from '@tabler/icons-react'
import { Trans } from 'react-i18next'
import { useServerTime } from '../app/deskContext.ts'
import { holdLevel } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { Strip } from './Strip.tsx'

/** Reminds the agent of a customer who has heard music for one minute, and more urgently after two. */
export function HoldWarning({ call }: { call: CallView }) {
  return call.held_at ? <Warning since={Date.parse(call.held_at)} /> : null
}

function Warning({ since }: { since: number }) {
  const level = holdLevel(useServerTime(since) - since)
  if (level === 'calm') return null
  return (
    <Strip look={level === 'late' ? 'dead' : 'hold'} icon={IconClock}>
      <Trans i18nKey={level === 'late' ? 'controls.held2' : 'controls.held1'} components={{ b: <b /> }} />
    </Strip>
  )
}
