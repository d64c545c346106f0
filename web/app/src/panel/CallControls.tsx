import { IconLoader2 } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CallView } from '../phone/view.ts'
import { HangUp, HostileButton } from './EndButtons.tsx'
import { Keypad } from './Keypad.tsx'
import { type Control, useControls } from './useControls.ts'

/** Four tiles, then 강성종료 and 끊기: the two red ones never swap places. */
export function CallControls({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const controls = useControls(call)
  return (
    <fieldset className="plain stack" aria-label={t('controls.label')}>
      <div className="ctl">
        {controls.map((control) => (
          <Tile key={control.name} control={control} />
        ))}
      </div>
      <Keypad />
      <div className="row">
        <HostileButton call={call} className="big" />
        <HangUp call={call} className="big grow" />
      </div>
    </fieldset>
  )
}

/** One control as a tile. */
export function Tile({ control, low }: { control: Control; low?: boolean }) {
  const TileIcon = control.busy ? IconLoader2 : control.icon
  return (
    <button
      type="button"
      className={low ? 'cbtn low' : 'cbtn'}
      data-s={control.look}
      data-control={control.name}
      aria-pressed={control.pressed}
      aria-expanded={control.expanded}
      aria-busy={control.busy}
      disabled={control.disabled}
      onClick={control.press}
    >
      <TileIcon className="i" stroke={1.75} aria-hidden />
      <span>{control.now}</span>
    </button>
  )
}
