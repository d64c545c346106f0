import { TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { holidayName, withHolidays } from './holidays.ts'

interface Props {
  days: string[]
  onChange: (days: string[]) => void
}

/** The days on which it is closed whatever the hours say; those of Korea can be put in at once. */
export function HolidayList({ days, onChange }: Props) {
  const { t } = useTranslation('admin')
  const [typed, type] = useState('')
  const add = () => {
    const day = typed.trim()
    if (day === '') return
    onChange([...new Set([...days, day])].sort())
    type('')
  }
  return (
    <fieldset className="stack g2 holidays">
      <legend>
        {t('flows.panel.holidays')} <span className="t3 num">{days.length}</span>
      </legend>
      {days.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that is longer than its box is scrolled by the keyboard, too.
        <ul className="daylist" tabIndex={0} aria-label={t('flows.panel.holidays')}>
          {days.map((day) => (
            <li key={day} className="row sm">
              <span className="num">{day}</span>
              <span className="t2 grow">{holidayName(day)}</span>
              <button
                type="button"
                className="btn small quiet icon"
                aria-label={t('flows.panel.holidayRemove', { day })}
                onClick={() => onChange(days.filter((d) => d !== day))}
              >
                <IconX className="i s" stroke={1.75} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="row end">
        <TextInput
          className="grow"
          label={t('flows.panel.holidayAdd')}
          description={t('flows.panel.holidaysHint')}
          placeholder="2026-12-25"
          maxLength={10}
          value={typed}
          onChange={(e) => type(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
              e.preventDefault()
              add()
            }
          }}
        />
        <button type="button" className="btn small icon" aria-label={t('flows.panel.holidayAdd')} onClick={add}>
          <IconPlus className="i s" stroke={1.75} aria-hidden />
        </button>
      </div>
      <div className="row wrap">
        {([2026, 2027] as const).map((year) => (
          <button key={year} type="button" className="btn small" onClick={() => onChange(withHolidays(days, year))}>
            {t('flows.panel.insert', { year })}
          </button>
        ))}
        {days.length > 0 && (
          <button type="button" className="btn small quiet" onClick={() => onChange([])}>
            {t('flows.panel.clear')}
          </button>
        )}
      </div>
    </fieldset>
  )
}
