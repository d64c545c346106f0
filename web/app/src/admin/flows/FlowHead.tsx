import { Select, TagsInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AdminService } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { day, hour } from '../../format/time.ts'
import { timeZones } from '../services/settings.ts'
import type { Flow, FlowSettings } from './model.ts'

interface Props {
  flow: Flow
  draft: FlowSettings
  onChange: (draft: FlowSettings) => void
  services?: AdminService[]
  onService?: (id: string) => void
}

/** The name of a flow, the numbers that lead to it, and when it was saved. */
export function FlowHead({ flow, draft, onChange, services, onService }: Props) {
  const { t } = useTranslation('admin')
  const words = {
    version: flow.version,
    at: flow.at && `${day(flow.at)} ${hour(flow.at)}`,
    by: flow.by,
    numbers: flow.numbers.map(formatNumber).join(', '),
  }
  const lead = flow.id === '' ? 'flows.leadNew' : flow.numbers.length > 0 ? 'flows.leadNumbers' : 'flows.leadNone'
  return (
    <section className="stack g3">
      <p className="sm t2">{t(lead, words)}</p>
      <div className="flowhead">
        <TextInput
          name="name"
          label={t('flows.fields.name')}
          required
          maxLength={100}
          value={draft.name}
          onChange={(e) => onChange({ ...draft, name: e.currentTarget.value })}
        />
        {services && onService ? (
          <Select
            label={t('flows.fields.service')}
            allowDeselect={false}
            value={flow.service}
            data={services.map((s) => ({ value: s.id, label: s.name }))}
            onChange={(id) => id && onService(id)}
          />
        ) : (
          <TextInput label={t('flows.fields.service')} value={flow.service_name} readOnly />
        )}
        <TagsInput
          label={t('flows.fields.numbers')}
          description={t('flows.fields.numbersHint')}
          value={draft.numbers}
          onChange={(numbers) => onChange({ ...draft, numbers })}
        />
        <Select
          label={t('flows.fields.time_zone')}
          searchable
          allowDeselect={false}
          limit={50}
          data={timeZones}
          value={draft.time_zone}
          onChange={(zone) => zone && onChange({ ...draft, time_zone: zone })}
        />
      </div>
    </section>
  )
}
