import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { type HostileReason, hostileReasons } from '../phone/view.ts'

interface Props {
  value: HostileReason | null
  onChange: (reason: HostileReason | null) => void
}

/** Why, if the agent wants to say so: at most one, and pressed again none. */
export function HostileReasons({ value, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <fieldset className="plain reasons">
      <legend className="sech">{t('hostile.reason')}</legend>
      {hostileReasons.map((reason) => (
        <button
          key={reason}
          type="button"
          className="chip"
          aria-pressed={value === reason}
          onClick={() => onChange(value === reason ? null : reason)}
        >
          {value === reason && <IconCheck className="i s" stroke={1.75} aria-hidden />}
          {t(`hostile.reason_${reason}`)}
        </button>
      ))}
    </fieldset>
  )
}
