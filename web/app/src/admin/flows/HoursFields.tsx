import { Checkbox, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { HolidayList } from './HolidayList.tsx'
import type { Opening } from './model.ts'
import type { FieldsProps } from './StepPanel.tsx'
import { TargetSelect } from './selects.tsx'

const week = [1, 2, 3, 4, 5, 6, 0] as const

/** When a service is open, on which days it is not, and where each leads. */
export function HoursFields({ c, step, onChange }: FieldsProps) {
  const { t } = useTranslation('admin')
  const open = step.open ?? []
  const set = (at: number, change: Partial<Opening>) =>
    onChange({ ...step, open: open.map((o, i) => (i === at ? { ...o, ...change } : o)) })
  return (
    <>
      {open.map((o, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two hours may be the same; they have no id.
        <fieldset key={at} className="hours stack g2">
          <legend className="row">
            {t('flows.panel.open')} {at + 1}
            <button
              type="button"
              className="btn small quiet icon"
              aria-label={t('flows.panel.openRemove', { no: at + 1 })}
              onClick={() => onChange({ ...step, open: open.filter((_, i) => i !== at) })}
            >
              <IconX className="i s" stroke={1.75} aria-hidden />
            </button>
          </legend>
          <div className="row wrap">
            {week.map((day) => (
              <Checkbox
                key={day}
                size="xs"
                label={t(`flows.days.d${day}`)}
                checked={(o.days ?? []).includes(day)}
                onChange={(e) => {
                  const days = (o.days ?? []).filter((d) => d !== day)
                  set(at, { days: e.currentTarget.checked ? [...days, day].sort() : days })
                }}
              />
            ))}
          </div>
          <div className="two">
            <TextInput
              label={t('flows.panel.from')}
              placeholder="09:00"
              maxLength={5}
              value={o.from}
              onChange={(e) => set(at, { from: e.currentTarget.value })}
            />
            <TextInput
              label={t('flows.panel.to')}
              placeholder="18:00"
              maxLength={5}
              value={o.to}
              onChange={(e) => set(at, { to: e.currentTarget.value })}
            />
          </div>
        </fieldset>
      ))}
      <p className="xs t2">{t('flows.panel.toHint')}</p>
      <button
        type="button"
        className="btn small"
        onClick={() => onChange({ ...step, open: [...open, { days: [6], from: '09:00', to: '13:00' }] })}
      >
        <IconPlus className="i s" stroke={1.75} aria-hidden />
        {t('flows.panel.openAdd')}
      </button>
      <HolidayList days={step.holidays ?? []} onChange={(holidays) => onChange({ ...step, holidays })} />
      <TargetSelect
        c={c}
        self={step.id}
        label={t('flows.panel.nextOpen')}
        value={step.next}
        onChange={(next) => onChange({ ...step, next })}
      />
      <TargetSelect
        c={c}
        self={step.id}
        label={t('flows.panel.elseClosed')}
        value={step.else}
        onChange={(to) => onChange({ ...step, else: to })}
      />
    </>
  )
}
