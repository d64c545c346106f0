import './people.css'
import { Checkbox, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ServiceRights } from '../../api/types.ts'
import { may, useSession } from '../frame/rights.ts'
import { OrderedList } from '../order/OrderedList.tsx'
import { adminRights, freshRights, rights } from './settings.ts'

interface Props {
  value: ServiceRights[]
  /** Of services that cannot be chosen any more, too. */
  names: Map<string, string>
  onChange: (value: ServiceRights[]) => void
  error?: string
}

/** The services of somebody, the one he begins in first, and what he may do in each (AG-08 … AG-12, PH-04). */
export function RightsFields({ value, names, onChange, error }: Props) {
  const { t } = useTranslation('admin')
  const nameOf = ({ id }: ServiceRights) => names.get(id) ?? '…'
  const free = [...names].filter(([id]) => !value.some((r) => r.id === id))
  const set = (id: string, change: Partial<ServiceRights>) =>
    onChange(value.map((r) => (r.id === id ? { ...r, ...change } : r)))
  return (
    <div className="rightslist stack g3">
      {value.length === 0 && <p className="t2">{t('people.noServices')}</p>}
      {value.length > 0 && (
        <OrderedList
          items={value}
          keyOf={(r) => r.id}
          nameOf={nameOf}
          label={t('people.fields.services')}
          onOrder={(ids) => onChange(ids.flatMap((id) => value.filter((r) => r.id === id)))}
        >
          {(r) => (
            <ServiceLine
              name={nameOf(r)}
              value={r}
              onChange={(change) => set(r.id, change)}
              onRemove={() => onChange(value.filter((other) => other.id !== r.id))}
            />
          )}
        </OrderedList>
      )}
      <Select
        label={t('people.addService')}
        searchable
        value={null}
        error={error}
        disabled={free.length === 0}
        data={free.map(([id, name]) => ({ value: id, label: name }))}
        onChange={(id) => id && onChange([...value, freshRights(id)])}
      />
    </div>
  )
}

interface LineProps {
  name: string
  value: ServiceRights
  onChange: (change: Partial<ServiceRights>) => void
  onRemove: () => void
}

function ServiceLine({ name, value, onChange, onRemove }: LineProps) {
  const { t } = useTranslation('admin')
  const session = useSession()
  const all = session !== undefined && may(session, 'organisation')
  const help: Record<string, string> = {
    assignable: t('people.help.assignable'),
    self_assign: t('people.help.self_assign'),
  }
  return (
    <fieldset className="bare">
      <legend className="row">
        <b>{name}</b>
        <button
          type="button"
          className="btn quiet icon"
          aria-label={t('people.removeService', { name })}
          onClick={onRemove}
        >
          <IconX className="i s" stroke={1.75} aria-hidden />
        </button>
      </legend>
      <div className="rightsof">
        {rights.map((right) => (
          <Checkbox
            key={right}
            label={t(`people.rights.${right}`)}
            title={help[right]}
            checked={value[right]}
            disabled={!all && adminRights.includes(right)}
            onChange={(event) => onChange({ [right]: event.currentTarget.checked })}
          />
        ))}
      </div>
    </fieldset>
  )
}
