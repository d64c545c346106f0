import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { AdminCallerID } from '../../api/types.ts'
import { kindOf } from './states.ts'

interface Props {
  items: AdminCallerID[]
  value: string
  onChange: (value: string) => void
}

/** How many numbers are how far; one of them can be chosen. */
export function Filter({ items, value, onChange }: Props) {
  const { t } = useTranslation('admin')
  const name = useId()
  return (
    <div className="seg" role="radiogroup" aria-label={t('callerIds.filter')}>
      {(['', 'completed', 'open', 'rejected'] as const).map((kind) => (
        <label key={kind} className={value === kind ? 'on' : ''}>
          <input
            type="radio"
            className="vh"
            name={name}
            value={kind}
            checked={value === kind}
            onChange={() => onChange(kind)}
          />
          {t(`callerIds.counts.${kind || 'all'}`, {
            count: kind ? items.filter((c) => kindOf(c) === kind).length : items.length,
          })}
        </label>
      ))}
    </div>
  )
}
