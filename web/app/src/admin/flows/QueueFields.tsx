import { NumberInput, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { FieldsProps } from './StepPanel.tsx'
import { TargetSelect } from './selects.tsx'

/** Which queue, how long, and what then. */
export function QueueFields({ c, step, onChange }: FieldsProps) {
  const { t } = useTranslation('admin')
  return (
    <>
      <Select
        label={t('flows.panel.queue')}
        placeholder={t('flows.pick')}
        searchable
        allowDeselect={false}
        value={step.queue || null}
        error={!step.queue}
        data={(c.parts?.queues ?? []).map((q) => ({ value: q.id, label: `${q.name} (${q.number})` }))}
        onChange={(queue) => onChange({ ...step, queue: queue ?? '' })}
      />
      <NumberInput
        label={t('flows.panel.after')}
        description={t('flows.panel.afterHint')}
        min={0}
        max={3600}
        allowDecimal={false}
        value={step.after ?? 0}
        onChange={(after) => onChange({ ...step, after: Number(after) || 0 })}
      />
      <TargetSelect
        c={c}
        self={step.id}
        optional={!step.after}
        label={t('flows.panel.elseQueue')}
        value={step.else}
        onChange={(to) => onChange({ ...step, else: to })}
      />
    </>
  )
}
