import { MultiSelect, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminPerson, InvitedPerson, PersonSettings } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { valueWords } from '../audit/words.ts'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { may, useSession } from '../frame/rights.ts'
import { AddGroup } from './AddGroup.tsx'
import { LinkDialog } from './LinkDialog.tsx'
import { PersonActions } from './PersonActions.tsx'
import { RightsFields } from './RightsFields.tsx'
import { fresh, settingsOf } from './settings.ts'
import { useNamed } from './useNamed.ts'

type Values = PersonSettings & Record<string, unknown>

/** Somebody: invited, changed, disabled, deleted. */
export function PersonForm({ id }: { id?: string }) {
  const { item } = useItem<AdminPerson>('/admin/people', id)
  if (id === undefined) return <Edit />
  return <Loaded item={item}>{(person) => <Edit key={person.version} person={person} />}</Loaded>
}

function Edit({ person }: { person?: AdminPerson }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const session = useSession()
  const { item, forget } = useItem<AdminPerson>('/admin/people', person?.id)
  const [invited, setInvited] = useState<InvitedPerson | null>(null)
  const toList = () => void forget().then(() => open('people'))
  const changes = session !== undefined && may(session, 'service')
  const save = async (values: Values, version: number) => {
    if (person) await request('PUT', `/admin/people/${person.id}`, { ...values, version })
    else setInvited(await request<InvitedPerson>('POST', '/admin/people', values))
  }
  const latest = async () => {
    const now = await request<AdminPerson>('GET', `/admin/people/${person?.id}`)
    return { values: settingsOf(now) as Values, version: now.version }
  }
  return (
    <>
      <FormPage<Values>
        title={person ? person.name : t('people.add')}
        crumbs={[{ to: 'people', word: t('menu.people') }]}
        hint={person && changes && !person.editable ? t('people.onlyRights') : undefined}
        actions={
          person?.editable && changes ? (
            <PersonActions person={person} onChanged={() => void item.refetch()} onDeleted={toList} />
          ) : undefined
        }
        saved={{ values: (person ? settingsOf(person) : fresh) as Values, version: person?.version ?? 0 }}
        labels={t('people.fields', { returnObjects: true })}
        valueWords={(field, value) => valueWords(t, 'person', field, value)}
        validate={(v): Record<string, string> => ({
          ...(v.login.trim() === '' && { login: t('field.required') }),
          ...(v.name.trim() === '' && { name: t('field.required') }),
        })}
        save={save}
        reload={latest}
        onSaved={() => person && toList()}
        onCancel={() => void open('people')}
        below={person && <AuditTrail subject="person" id={person.id} />}
      >
        {(form) => <Fields form={form} person={person} />}
      </FormPage>
      {invited && <LinkDialog link={invited.link} name={invited.person.name} onClose={toList} />}
    </>
  )
}

function Fields({ form, person }: { form: FormOf<Values>; person?: AdminPerson }) {
  const { t } = useTranslation('admin')
  const session = useSession()
  const all = session !== undefined && may(session, 'organisation')
  const fixed = person !== undefined && !person.editable
  const services = useNamed('/admin/services')
  const groups = useNamed('/admin/groups')
  const names = new Map([...(person?.services ?? []), ...services].map((s) => [s.id, s.name]))
  const fields = t('people.fields', { returnObjects: true })
  const { role, services: chosen } = form.getValues()
  const roles = ['admin', 'manager', 'agent', ...(role === 'supervisor' ? ['supervisor'] : [])]
  const help: Record<string, string> = {
    admin: t('people.help.role_admin'),
    manager: t('people.help.role_manager'),
    agent: t('people.help.role_agent'),
  }
  const text = (name: 'name' | 'login' | 'email', required: boolean, hint?: string) => (
    <TextInput
      name={name}
      label={fields[name]}
      description={hint}
      required={required}
      disabled={fixed}
      autoComplete="off"
      spellCheck={false}
      {...form.getInputProps(name)}
    />
  )
  return (
    <>
      <Section title={t('people.part_person')}>
        {text('name', true)}
        {text('login', true, t('people.help.login'))}
        {text('email', false)}
        <Select
          label={fields.locale}
          allowDeselect={false}
          disabled={fixed}
          data={(['ko', 'en'] as const).map((value) => ({ value, label: t(`people.values.locale.${value}`) }))}
          {...form.getInputProps('locale')}
        />
      </Section>
      <Section title={t('people.part_role')}>
        <Select
          label={fields.role}
          description={help[role]}
          allowDeselect={false}
          disabled={!all}
          data={roles.map((value) => ({ value, label: valueWords(t, 'person', 'role', value) }))}
          {...form.getInputProps('role')}
        />
        <Switch
          label={fields.supervisor}
          description={t('people.help.supervisor')}
          disabled={!all || role === 'admin'}
          {...form.getInputProps('supervisor', { type: 'checkbox' })}
        />
      </Section>
      <Section title={t('people.part_services')} hint={t('people.part_servicesHint')}>
        <RightsFields
          value={chosen}
          names={names}
          error={typeof form.errors.services === 'string' ? form.errors.services : undefined}
          onChange={(value) => form.setFieldValue('services', value as never)}
        />
      </Section>
      <Section title={t('people.part_groups')}>
        <MultiSelect
          label={fields.groups}
          searchable
          disabled={fixed}
          data={groups.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('groups')}
        />
        {!fixed && (
          <AddGroup onAdded={(id) => form.setFieldValue('groups', [...form.getValues().groups, id] as never)} />
        )}
      </Section>
    </>
  )
}
