import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminPerson } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { may, useSession } from '../frame/rights.ts'
import { type Column, DataList } from '../list/DataList.tsx'
import { useNamed } from './useNamed.ts'

const states = { invited: 'break', active: 'ready', disabled: 'out' } as const

/** 상담원·권한: who may sign in, and what each may do (AG-01 … AG-12). */
export function PeopleList() {
  const { t } = useTranslation('admin')
  const session = useSession()
  const changes = session !== undefined && may(session, 'service')
  const services = useNamed('/admin/services', changes)
  const groups = useNamed('/admin/groups')
  const columns: Column<AdminPerson>[] = [
    { key: 'name', head: t('people.fields.name'), cell: (p) => p.name, sortable: true },
    { key: 'login', head: t('people.fields.login'), cell: (p) => p.login, sortable: true },
    { key: 'email', head: t('people.fields.email'), cell: (p) => p.email, sortable: true },
    { key: 'role', head: t('people.fields.role'), cell: (p) => <Role person={p} />, sortable: true },
    { key: 'services', head: t('people.fields.services'), cell: (p) => p.services.map((s) => s.name).join(', ') },
    { key: 'groups', head: t('people.fields.groups'), cell: (p) => p.groups.map((g) => g.name).join(', ') },
    { key: 'extension', head: t('people.fields.extension'), cell: (p) => p.extension, sortable: true },
    { key: 'state', head: t('people.fields.state'), cell: (p) => <State person={p} />, sortable: true },
  ]
  const add = (
    <AdminLink to="people/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('people.add')}
    </AdminLink>
  )
  const options = (codes: readonly string[], field: 'role' | 'state') =>
    codes.map((value) => ({ value, label: t(`people.values.${field}.${value}` as 'people.values.role.admin') }))
  const named = (list: { id: string; name: string }[]) => list.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <AdminPage title={t('menu.people')} hint={t('people.hint')} actions={changes ? add : undefined}>
      <DataList<AdminPerson>
        path="/admin/people"
        label={t('menu.people')}
        columns={columns}
        keyOf={(p) => p.id}
        linkOf={(p) => `people/${p.id}`}
        searchable
        exportable={changes}
        importable={changes}
        filters={[
          { key: 'service', label: t('people.fields.services'), options: named(services) },
          { key: 'group', label: t('people.fields.groups'), options: named(groups) },
          { key: 'role', label: t('people.fields.role'), options: options(['admin', 'manager', 'agent'], 'role') },
          { key: 'state', label: t('people.fields.state'), options: options(Object.keys(states), 'state') },
        ]}
        empty={
          <>
            <h2>{t('people.empty')}</h2>
            <p>{t('people.emptyHint')}</p>
            {changes && add}
          </>
        }
      />
    </AdminPage>
  )
}

function Role({ person }: { person: AdminPerson }) {
  const { t } = useTranslation('admin')
  return (
    <span className="row wrap">
      {t(`people.values.role.${person.role}`)}
      {person.supervisor && person.role !== 'supervisor' && (
        <span className="pill line">{t('people.fields.supervisor')}</span>
      )}
    </span>
  )
}

function State({ person }: { person: AdminPerson }) {
  const { t } = useTranslation('admin')
  return (
    <span className="row wrap">
      <span className="pill" data-s={states[person.state]}>
        {t(`people.values.state.${person.state}`)}
      </span>
      {person.signed_in && <span className="pill line">{t('people.signedIn')}</span>}
    </span>
  )
}
