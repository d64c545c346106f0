import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { controlsOf, isPending } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { HangUpIcon } from './HangUpIcon.tsx'
import { ShieldIcon } from './ShieldIcon.tsx'

interface Props {
  call: CallView
  className?: string
}

/** 끊기: filled, the widest and the last. */
export function HangUp({ call, className = '' }: Props) {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const ending = isPending(state, call.id, 'hang_up')
  return (
    <button
      type="button"
      className={`btn hangup ${className}`}
      aria-busy={ending}
      disabled={ending}
      onClick={() => desk.act('hang_up')}
    >
      <HangUpIcon />
      {ending ? t('call.hangingUp') : t('call.hangUp')}
    </button>
  )
}

/** 강성종료: outlined, asks first. Not there where no customer can be meant. */
export function HostileButton({ call, className = '' }: Props) {
  const { t } = useTranslation()
  const state = useDesk()
  const { show } = useWindows()
  if (!controlsOf(call).hostile) return null
  const ending = isPending(state, call.id, 'end_hostile')
  return (
    <button
      type="button"
      className={`btn danger ${className}`}
      aria-busy={ending}
      aria-haspopup="dialog"
      disabled={ending}
      onClick={() => show('hostile')}
    >
      <ShieldIcon className="i" />
      {t('controls.hostile')}
    </button>
  )
}
