import { Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminCallerID } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { valueWords } from '../audit/words.ts'
import { FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { useNamed } from '../people/useNamed.ts'

interface Values extends Record<string, unknown> {
  service: string
  number: string
  name: string
}

const valuesOf = (c: AdminCallerID): Values => ({ service: c.service, number: formatNumber(c.number), name: c.name })

/** Asks for a number (등록 신청), or changes what one is called. Its document and its review follow beside the list. */
export function CallerIdForm({ id }: { id?: string }) {
  const { item } = useItem<AdminCallerID>('/admin/caller-ids', id)
  const services = useNamed('/admin/services')
  if (id === undefined) {
    const service = services.length === 1 ? (services[0]?.id ?? '') : ''
    return <Edit key={service} values={{ service, number: '', name: '' }} version={0} />
  }
  return <Loaded item={item}>{(c) => <Edit id={id} values={valuesOf(c)} version={c.version} />}</Loaded>
}

function Edit({ id, values, version }: { id?: string; values: Values; version: number }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const services = useNamed('/admin/services')
  const { forget } = useItem<AdminCallerID>('/admin/caller-ids', id)
  const fields = t('callerIds.fields', { returnObjects: true })
  let made = id
  const save = async ({ service, number, name }: Values, seen: number) => {
    if (id) await request('PUT', `/admin/caller-ids/${id}`, { version: seen, number, name })
    else made = (await request<AdminCallerID>('POST', '/admin/caller-ids', { service, number, name })).id
  }
  const latest = async () => {
    const now = await request<AdminCallerID>('GET', `/admin/caller-ids/${id}`)
    return { values: valuesOf(now), version: now.version }
  }
  const back = () => open(made ? `caller-ids/${made}` : 'caller-ids')
  return (
    <FormPage<Values>
      title={id ? values.number : t('callerIds.add')}
      crumbs={[{ to: 'caller-ids', word: t('menu.caller-ids') }]}
      saved={{ values, version }}
      labels={fields}
      valueWords={(field, value) => valueWords(t, 'caller_id', field, value)}
      validate={(v): Record<string, string> => ({
        ...(v.service ? {} : { service: t('field.required') }),
        ...(v.number.trim() ? {} : { number: t('field.required') }),
      })}
      save={save}
      reload={latest}
      onSaved={() => void forget().then(back)}
      onCancel={() => void back()}
    >
      {(form) => (
        <Section title={t('numbers.part_general')} hint={t('callerIds.emptyHint')}>
          <Select
            name="service"
            label={fields.service}
            required
            disabled={id !== undefined}
            allowDeselect={false}
            data={services.map((s) => ({ value: s.id, label: s.name }))}
            {...form.getInputProps('service')}
          />
          <TextInput
            name="number"
            label={fields.number}
            description={t('callerIds.help.number')}
            required
            inputMode="tel"
            maxLength={40}
            {...form.getInputProps('number')}
          />
          <TextInput
            name="name"
            label={fields.name}
            description={t('callerIds.help.name')}
            maxLength={200}
            {...form.getInputProps('name')}
          />
        </Section>
      )}
    </FormPage>
  )
}
