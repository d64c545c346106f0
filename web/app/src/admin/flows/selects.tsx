import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Context, soundWord, targetWord } from './words.ts'

interface TargetProps {
  c: Context
  /** The step itself, to which it does not lead. */
  self: string
  label: string
  value: string | undefined
  optional?: boolean
  onChange: (id: string) => void
}

/** Where a step leads. */
export function TargetSelect({ c, self, label, value, optional, onChange }: TargetProps) {
  const { t } = useTranslation('admin')
  return (
    <Select
      label={label}
      placeholder={t('flows.pick')}
      clearable={optional}
      searchable
      value={value || null}
      error={!optional && !value}
      data={c.steps.filter((s) => s.id !== self).map((s) => ({ value: s.id, label: targetWord(c, s.id) }))}
      onChange={(id) => onChange(id ?? '')}
    />
  )
}

interface SoundProps {
  c: Context
  value: string | undefined
  optional?: boolean
  onChange: (id: string) => void
}

/** What is played. */
export function SoundSelect({ c, value, optional, onChange }: SoundProps) {
  const { t } = useTranslation('admin')
  const length = c.parts?.sounds.find((s) => s.id === value)?.length_ms
  return (
    <Select
      label={t('flows.panel.sound')}
      placeholder={optional ? t('flows.noSound') : t('flows.pick')}
      clearable={optional}
      searchable
      value={value || null}
      error={!optional && !value}
      description={
        length
          ? `${Math.floor(length / 60_000)}:${String(Math.ceil((length % 60_000) / 1000)).padStart(2, '0')}`
          : undefined
      }
      data={(c.parts?.sounds ?? []).map((s) => ({ value: s.id, label: soundWord(c, s.id) }))}
      onChange={(id) => onChange(id ?? '')}
    />
  )
}
