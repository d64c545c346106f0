import {
  type Icon,
  IconArrowsExchange,
  IconGridDots,
  IconMicrophone,
  IconMicrophoneOff,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { controlsOf, isMuted, isPending, type Look } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'

export type ControlName = 'mute' | 'keypad' | 'hold' | 'transfer'

/** One of the call's controls, for the panel's tiles and the bar's buttons alike. */
export interface Control {
  name: ControlName
  /** Its lasting word. */
  word: string
  /** The word now: another one while the server has not answered. */
  now: string
  icon: Icon
  look: Look | 'primary'
  /** Undefined for what is no switch. */
  pressed?: boolean
  /** Whether a window hangs on it, and is open. */
  expanded?: boolean
  busy: boolean
  disabled: boolean
  press: () => void
}

/** 음소거 · 키패드 · 보류/해제 · 호전환, always in this order. What makes no sense now is off, never gone. */
export function useControls(call: CallView): Control[] {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const windows = useWindows()
  const can = controlsOf(call)
  const muted = isMuted(state)
  const muting = isPending(state, call.id, 'mute')
  const holding = isPending(state, call.id, 'hold')
  const resuming = isPending(state, call.id, 'resume')
  const held = can.hold === 'resume'
  const toggle = (name: 'keypad' | 'transfer') => (windows.open === name ? windows.close() : windows.show(name))
  return [
    {
      name: 'mute',
      word: t('call.mute'),
      now: muting ? t(muted ? 'controls.unmuting' : 'controls.muting') : t('call.mute'),
      icon: muted ? IconMicrophoneOff : IconMicrophone,
      look: 'dead',
      pressed: muted,
      busy: muting,
      disabled: !can.mute || muting,
      press: () => desk.mute(!muted),
    },
    {
      name: 'keypad',
      word: t('controls.keypad'),
      now: t('controls.keypad'),
      icon: IconGridDots,
      look: 'primary',
      expanded: windows.open === 'keypad',
      busy: false,
      disabled: !can.keys,
      press: () => toggle('keypad'),
    },
    {
      name: 'hold',
      word: t(held ? 'controls.resume' : 'controls.hold'),
      now: t(
        holding ? 'controls.holding' : resuming ? 'controls.resuming' : held ? 'controls.resume' : 'controls.hold',
      ),
      icon: held ? IconPlayerPlay : IconPlayerPause,
      look: 'hold',
      pressed: held,
      busy: holding || resuming,
      disabled: can.hold === null || holding || resuming,
      press: () => can.hold && desk.act(can.hold),
    },
    {
      name: 'transfer',
      word: t('controls.transfer'),
      now: t('controls.transfer'),
      icon: IconArrowsExchange,
      look: 'primary',
      expanded: windows.open === 'transfer',
      busy: isPending(state, call.id, 'consult', 'transfer'),
      disabled: !can.transfer,
      press: () => toggle('transfer'),
    },
  ]
}
