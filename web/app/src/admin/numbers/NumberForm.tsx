import { Radio, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminNumber, NumberSettings } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'

type Values = NumberSettings & { target: 'flow' | 'queue' } & Record<string, unknown>

const fresh: Values = { number: '', name: '', queue: '', flow: '', trunk: '', target: 'flow' }

function valuesOf({ number, name, queue, flow, trunk }: AdminNumber): Values {
  return { number: formatNumber(number), name, queue, flow, trunk, target: queue ? 'queue' : 'flow' }
}

/** One inbound number: made, led elsewhere, deleted. */
export function NumberForm({ id }: { id?: string }) {
  const { item } = useItem<AdminNumber>('/admin/numbers', id)
  if (id === undefined) return <Edit values={fresh} version={0} />
  return <Loaded item={item}>{(n) => <Edit id={id} values={valuesOf(n)} version={n.version} />}</Loaded>
}

function Edit({ id, values, version }: { id?: string; values: Values; version: number }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const { forget } = useItem<AdminNumber>('/admin/numbers', id)
  const [deleting, setDeleting] = useState(false)
  const choices = useChoices()
  const toList = () => void forget().then(() => open('numbers'))
  const save = ({ target, ...changed }: Values, seen: number) => {
    const body = { ...changed, [target === 'flow' ? 'queue' : 'flow']: '' }
    return id === undefined
      ? request('POST', '/admin/numbers', body)
      : request('PUT', `/admin/numbers/${id}`, { ...body, version: seen })
  }
  const latest = async () => {
    const now = await request<AdminNumber>('GET', `/admin/numbers/${id}`)
    return { values: valuesOf(now), version: now.version }
  }
  const words = (field: string, value: unknown) =>
    field === 'target'
      ? t(value === 'flow' ? 'numbers.toFlow' : 'numbers.toQueue')
      : ([...choices.flows, ...choices.queues].find((c) => c.value === value)?.label ??
        String(value || t('frame.none')))
  return (
    <>
      <FormPage<Values>
        title={id === undefined ? t('numbers.add') : values.number}
        crumbs={[{ to: 'numbers', word: t('menu.numbers') }]}
        actions={
          id !== undefined && (
            <button type="button" className="btn" onClick={() => setDeleting(true)}>
              {t('frame.delete')}
            </button>
          )
        }
        saved={{ values, version }}
        labels={{ ...t('numbers.fields', { returnObjects: true }), target: t('numbers.leadsTo') }}
        valueWords={words}
        validate={(v): Record<string, string> => ({
          ...(v.number.trim() ? {} : { number: t('field.required') }),
          ...(v[v.target] ? {} : { [v.target]: t('field.one_target') }),
        })}
        save={save}
        reload={latest}
        onSaved={toList}
        onCancel={() => void open('numbers')}
        below={id !== undefined && <AuditTrail subject="number" id={id} />}
      >
        {(form) => <Fields form={form} choices={choices} />}
      </FormPage>
      {deleting && (
        <DeleteDialog
          path={`/admin/numbers/${id}`}
          name={values.number}
          consequence={t('numbers.deleted')}
          onDeleted={toList}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

interface Choice {
  value: string
  label: string
}

interface Choices {
  flows: Choice[]
  queues: Choice[]
}

/** Where a number can lead: the first hundred of each. */
function useChoices(): Choices {
  const flows = useQuery({
    queryKey: ['admin', 'flows', 'names'],
    queryFn: () => request<{ items: { id: string; name: string }[] }>('GET', '/admin/flows?per_page=100&sort=name'),
  })
  const queues = useQuery({
    queryKey: ['admin', 'queues', 'names'],
    queryFn: () =>
      request<{ items: { id: string; name: string; number: string }[] }>('GET', '/admin/queues?per_page=100&sort=name'),
  })
  return {
    flows: (flows.data?.items ?? []).map((f) => ({ value: f.id, label: f.name })),
    queues: (queues.data?.items ?? []).map((q) => ({ value: q.id, label: `${q.name} (${q.number})` })),
  }
}

function Fields({ form, choices }: { form: FormOf<Values>; choices: Choices }) {
  const { t } = useTranslation('admin')
  const fields = t('numbers.fields', { returnObjects: true })
  const { target } = form.getValues()
  return (
    <>
      <Section title={t('numbers.part_general')}>
        <TextInput
          name="number"
          label={fields.number}
          description={t('numbers.help.number')}
          required
          inputMode="tel"
          maxLength={40}
          {...form.getInputProps('number')}
        />
        <TextInput name="name" label={fields.name} maxLength={200} {...form.getInputProps('name')} />
      </Section>
      <Section title={t('numbers.part_target')}>
        <Radio.Group aria-label={t('numbers.leadsTo')} {...form.getInputProps('target')}>
          <div className="row wrap">
            <Radio value="flow" label={t('numbers.toFlow')} />
            <Radio value="queue" label={t('numbers.toQueue')} />
          </div>
        </Radio.Group>
        <Select
          key={target}
          name={target}
          label={t(target === 'flow' ? 'numbers.toFlow' : 'numbers.toQueue')}
          description={target === 'flow' && choices.flows.length === 0 ? t('numbers.noFlows') : undefined}
          searchable
          required
          data={target === 'flow' ? choices.flows : choices.queues}
          {...form.getInputProps(target)}
          value={form.getValues()[target] || null}
          onChange={(value) => form.setFieldValue(target, (value ?? '') as never)}
        />
      </Section>
    </>
  )
}
