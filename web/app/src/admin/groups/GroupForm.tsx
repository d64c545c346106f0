import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminGroup } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { Members, type Named } from './Members.tsx'

type Values = { name: string; members: Named[] } & Record<string, unknown>

/** One group: made, renamed, filled, deleted. */
export function GroupForm({ id }: { id?: string }) {
  const { item } = useItem<AdminGroup>('/admin/groups', id)
  if (id === undefined) return <Edit />
  return <Loaded item={item}>{(group) => <Edit group={group} />}</Loaded>
}

function Edit({ group }: { group?: AdminGroup }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const { forget } = useItem<AdminGroup>('/admin/groups', group?.id)
  const [deleting, setDeleting] = useState(false)
  const path = group ? `/admin/groups/${group.id}` : '/admin/groups'
  const toList = () => void forget().then(() => open('groups'))
  const save = ({ name, members }: Values, version: number) => {
    const body = { name, members: members.map((m) => m.id) }
    return group ? request('PUT', path, { ...body, version }) : request('POST', path, body)
  }
  const latest = async () => {
    const { name, members, version } = await request<AdminGroup>('GET', path)
    return { values: { name, members }, version }
  }
  return (
    <>
      <FormPage<Values>
        title={group?.name ?? t('groups.add')}
        crumbs={[{ to: 'groups', word: t('menu.groups') }]}
        actions={
          group?.editable ? (
            <button type="button" className="btn" onClick={() => setDeleting(true)}>
              {t('frame.delete')}
            </button>
          ) : undefined
        }
        saved={{ values: { name: group?.name ?? '', members: group?.members ?? [] }, version: group?.version ?? 0 }}
        labels={t('groups.fields', { returnObjects: true })}
        valueWords={(_, value) => (Array.isArray(value) ? value.map((m: Named) => m.name).join(', ') : String(value))}
        validate={(v): Record<string, string> => (v.name.trim() === '' ? { name: t('field.required') } : {})}
        save={save}
        reload={latest}
        onSaved={toList}
        onCancel={() => void open('groups')}
        below={group && <AuditTrail subject="group" id={group.id} />}
      >
        {(form) => (
          <>
            <Section title={t('groups.fields.name')}>
              <TextInput name="name" label={t('groups.fields.name')} required {...form.getInputProps('name')} />
            </Section>
            <Section title={t('groups.fields.members')}>
              <Members
                value={form.getValues().members}
                onChange={(members) => form.setFieldValue('members', members as never)}
              />
            </Section>
          </>
        )}
      </FormPage>
      {deleting && group && (
        <DeleteDialog path={path} name={group.name} onDeleted={toList} onClose={() => setDeleting(false)} />
      )}
    </>
  )
}
