import { IconAlertTriangle, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminNumber } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { type Column, DataList } from '../list/DataList.tsx'

/** 인입번호: the numbers that customers call, and where each leads. */
export function NumberList() {
  const { t } = useTranslation('admin')
  const columns: Column<AdminNumber>[] = [
    {
      key: 'number',
      head: t('numbers.fields.number'),
      cell: (n) => <span className="num">{formatNumber(n.number)}</span>,
      sortable: true,
    },
    { key: 'name', head: t('numbers.fields.name'), cell: (n) => n.name, sortable: true },
    { key: 'target', head: t('numbers.leadsTo'), cell: (n) => <Target number={n} />, sortable: true },
    { key: 'service', head: t('numbers.fields.service'), cell: (n) => n.service_name, sortable: true },
  ]
  const add = (
    <AdminLink to="numbers/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('numbers.add')}
    </AdminLink>
  )
  return (
    <AdminPage title={t('menu.numbers')} hint={t('numbers.hint')} actions={add}>
      <DataList<AdminNumber>
        path="/admin/numbers"
        label={t('menu.numbers')}
        columns={columns}
        keyOf={(n) => n.id}
        linkOf={(n) => `numbers/${n.id}`}
        searchable
        exportable
        importable
        empty={
          <>
            <h2>{t('numbers.empty')}</h2>
            <p>{t('numbers.emptyHint')}</p>
            {add}
          </>
        }
      />
    </AdminPage>
  )
}

function Target({ number }: { number: AdminNumber }) {
  const { t } = useTranslation('admin')
  if (number.flow) {
    return (
      <span>
        <span className="pill line">{t('numbers.toFlow')}</span>{' '}
        <AdminLink to={`flows/${number.flow}`}>{number.flow_name}</AdminLink>
      </span>
    )
  }
  if (number.queue) {
    return (
      <span>
        <span className="pill line">{t('numbers.toQueue')}</span>{' '}
        <AdminLink to={`queues/${number.queue}`}>{number.queue_name}</AdminLink>
      </span>
    )
  }
  return (
    <span className="pill" data-s="dead" title={t('numbers.nowhereHint')}>
      <IconAlertTriangle className="i s" stroke={1.75} aria-hidden />
      {t('numbers.nowhere')}
    </span>
  )
}
