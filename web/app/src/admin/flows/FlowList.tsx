import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatNumber } from '../../format/phone.ts'
import { day, hour } from '../../format/time.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { type Column, DataList } from '../list/DataList.tsx'
import type { Flow } from './model.ts'

/** 시나리오: what calls go through, and which numbers lead to it (PH-12). */
export function FlowList() {
  const { t } = useTranslation('admin')
  const add = (
    <AdminLink to="flows/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('flows.add')}
    </AdminLink>
  )
  const columns: Column<Flow>[] = [
    { key: 'name', head: t('flows.fields.name'), cell: (f) => f.name, sortable: true },
    { key: 'service', head: t('flows.fields.service'), cell: (f) => f.service_name, sortable: true },
    {
      key: 'numbers',
      head: t('flows.fields.numbers'),
      cell: (f) => f.numbers.map(formatNumber).join(', ') || <span className="t3">{t('frame.none')}</span>,
    },
    { key: 'step_count', head: t('flows.fields.step_count'), cell: (f) => f.step_count, right: true },
    { key: 'version', head: t('flows.fields.version'), cell: (f) => f.version, sortable: true, right: true },
    { key: 'at', head: t('flows.fields.at'), cell: (f) => `${day(f.at)} ${hour(f.at)} ${f.by}`, sortable: true },
  ]
  return (
    <AdminPage title={t('menu.flows')} hint={t('flows.hint')} actions={add}>
      <DataList<Flow>
        path="/admin/flows"
        label={t('menu.flows')}
        columns={columns}
        keyOf={(f) => f.id}
        linkOf={(f) => `flows/${f.id}`}
        searchable
        exportable
        empty={
          <>
            <h2>{t('flows.empty')}</h2>
            <p>{t('flows.emptyHint')}</p>
            {add}
          </>
        }
      />
    </AdminPage>
  )
}
