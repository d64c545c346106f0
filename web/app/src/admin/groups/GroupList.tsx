import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminGroup } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { may, useSession } from '../frame/rights.ts'
import { type Column, DataList } from '../list/DataList.tsx'

/** 그룹 (AG-14 … AG-17). */
export function GroupList() {
  const { t } = useTranslation('admin')
  const session = useSession()
  const changes = session !== undefined && may(session, 'service')
  const columns: Column<AdminGroup>[] = [
    { key: 'name', head: t('groups.fields.name'), cell: (g) => g.name, sortable: true },
    {
      key: 'members',
      head: t('groups.fields.members'),
      cell: (g) => t('groups.count', { count: g.members.length }),
      sortable: true,
    },
  ]
  const add = (
    <AdminLink to="groups/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('groups.add')}
    </AdminLink>
  )
  return (
    <AdminPage title={t('menu.groups')} hint={t('groups.hint')} actions={changes ? add : undefined}>
      <DataList<AdminGroup>
        path="/admin/groups"
        label={t('menu.groups')}
        columns={columns}
        keyOf={(g) => g.id}
        linkOf={(g) => `groups/${g.id}`}
        searchable
        empty={
          <>
            <h2>{t('groups.empty')}</h2>
            {changes && add}
          </>
        }
      />
    </AdminPage>
  )
}
