import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminTrunk } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { type Column, DataList } from '../list/DataList.tsx'
import { TrunkPills } from './TrunkPills.tsx'

/** 트렁크: the lines to the telephone network, and how they are now. */
export function TrunkList() {
  const { t } = useTranslation('admin')
  const columns: Column<AdminTrunk>[] = [
    { key: 'name', head: t('trunks.fields.name'), cell: (k) => k.name, sortable: true },
    {
      key: 'address',
      head: t('trunks.place'),
      cell: (k) => `${k.address}:${k.port} ${k.transport.toUpperCase()}`,
      sortable: true,
    },
    { key: 'state', head: t('trunks.state'), cell: (k) => <TrunkPills state={k.state} registers={k.registers} /> },
    { key: 'numbers', head: t('trunks.fields.numbers'), cell: (k) => shorten(k.numbers) },
    { key: 'lines', head: t('trunks.fields.lines'), cell: (k) => k.lines, right: true, sortable: true },
  ]
  const add = (
    <AdminLink to="trunks/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('trunks.add')}
    </AdminLink>
  )
  return (
    <AdminPage title={t('menu.trunks')} hint={t('trunks.hint')} actions={add}>
      <DataList<AdminTrunk>
        path="/admin/trunks"
        label={t('menu.trunks')}
        columns={columns}
        keyOf={(k) => k.id}
        linkOf={(k) => `trunks/${k.id}`}
        searchable
        empty={
          <>
            <h2>{t('trunks.empty')}</h2>
            <p>{t('trunks.emptyHint')}</p>
            {add}
          </>
        }
      />
    </AdminPage>
  )
}

const most = 3

function shorten(numbers: string[]): string {
  const more = numbers.length - most
  return numbers.slice(0, most).join(', ') + (more > 0 ? ` +${more}` : '')
}
