import { MultiSelect, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminService, ServiceSettings } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { valueWords } from '../audit/words.ts'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { may, useSession } from '../frame/rights.ts'
import { fresh, languageCodes, settingsOf, timeZones } from './settings.ts'

type Values = ServiceSettings & Record<string, unknown>

/** One service: made, changed, deleted. */
export function ServiceForm({ id }: { id?: string }) {
  const { item } = useItem<AdminService>('/admin/services', id)
  if (id === undefined) return <Edit values={fresh} version={0} />
  return (
    <Loaded item={item}>{(service) => <Edit id={id} values={settingsOf(service)} version={service.version} />}</Loaded>
  )
}

function Edit({ id, values, version }: { id?: string; values: ServiceSettings; version: number }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const session = useSession()
  const { forget } = useItem<AdminService>('/admin/services', id)
  const [deleting, setDeleting] = useState(false)
  const toList = () => void forget().then(() => open('services'))
  const save = (changed: Values, seen: number) =>
    id === undefined
      ? request('POST', '/admin/services', changed)
      : request('PUT', `/admin/services/${id}`, { ...changed, version: seen })
  const latest = async () => {
    const now = await request<AdminService>('GET', `/admin/services/${id}`)
    return { values: settingsOf(now) as Values, version: now.version }
  }
  return (
    <>
      <FormPage<Values>
        title={id === undefined ? t('services.add') : values.name}
        crumbs={[{ to: 'services', word: t('menu.services') }]}
        actions={
          id !== undefined && session && may(session, 'organisation') ? (
            <button type="button" className="btn" onClick={() => setDeleting(true)}>
              {t('frame.delete')}
            </button>
          ) : undefined
        }
        saved={{ values: values as Values, version }}
        labels={t('services.fields', { returnObjects: true })}
        valueWords={(field, value) => valueWords(t, 'service', field, value)}
        validate={(v): Record<string, string> => (v.name.trim() === '' ? { name: t('field.required') } : {})}
        save={save}
        reload={latest}
        onSaved={toList}
        onCancel={() => void open('services')}
        below={id !== undefined && <AuditTrail subject="service" id={id} />}
      >
        {(form) => <Fields form={form} />}
      </FormPage>
      {deleting && id !== undefined && (
        <DeleteDialog
          path={`/admin/services/${id}`}
          name={values.name}
          onDeleted={toList}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

function Fields({ form }: { form: FormOf<Values> }) {
  const { t } = useTranslation('admin')
  const fields = t('services.fields', { returnObjects: true })
  const help = t('services.help', { returnObjects: true })
  const { phone } = form.getValues()
  const flag = (name: keyof ServiceSettings & keyof typeof fields, off = false) => (
    <Switch
      name={name}
      label={fields[name]}
      description={name in help ? help[name as keyof typeof help] : undefined}
      disabled={off}
      {...form.getInputProps(name, { type: 'checkbox' })}
    />
  )
  return (
    <>
      <Section title={t('services.part_general')}>
        <TextInput name="name" label={fields.name} required maxLength={200} {...form.getInputProps('name')} />
        <Choice form={form} name="kind" codes={['consult', 'issue']} />
        <MultiSelect
          label={fields.languages}
          data={languageCodes.map((code) => ({ value: code, label: t(`services.values.languages.${code}`) }))}
          {...form.getInputProps('languages')}
        />
        <Select
          label={fields.time_zone}
          searchable
          allowDeselect={false}
          data={timeZones}
          limit={50}
          {...form.getInputProps('time_zone')}
        />
      </Section>
      <Section title={t('services.part_phone')} hint={t('services.part_phoneHint')}>
        {flag('phone')}
        {flag('inbound', !phone)}
        {flag('outbound', !phone)}
        {flag('foreign_numbers', !phone)}
        {flag('premium_numbers', !phone)}
        <Choice form={form} name="after_call" codes={['notice', 'ticket_work', 'ready']} help={help.after_call} />
        {flag('stay_ready_after_decline')}
      </Section>
      <Section title={t('services.part_other')}>
        {flag('chat')}
        {flag('sms')}
        <Choice form={form} name="editor" codes={['plain', 'rich']} />
      </Section>
    </>
  )
}

interface ChoiceProps {
  form: FormOf<Values>
  name: 'kind' | 'after_call' | 'editor'
  codes: string[]
  help?: string
}

function Choice({ form, name, codes, help }: ChoiceProps) {
  const { t } = useTranslation('admin')
  return (
    <Select
      label={t(`services.fields.${name}`)}
      description={help}
      allowDeselect={false}
      data={codes.map((code) => ({ value: code, label: valueWords(t, 'service', name, code) }))}
      {...form.getInputProps(name)}
    />
  )
}
