import { IconAlertTriangle, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminQueue } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { may, useSession } from '../frame/rights.ts'
import { type Column, DataList } from '../list/DataList.tsx'
import { useNamed } from '../people/useNamed.ts'
import { strategyWord } from './settings.ts'

/** 큐: where customers wait, and who takes their calls (PH-11). */
export function QueueList() {
  const { t } = useTranslation('admin')
  const session = useSession()
  const edits = session !== undefined && may(session, 'service')
  const services = useNamed('/admin/services', edits)
  const columns: Column<AdminQueue>[] = [
    { key: 'name', head: t('queues.fields.name'), cell: (q) => q.name, sortable: true },
    {
      key: 'number',
      head: t('queues.fields.number'),
      cell: (q) => <span className="num">{q.number}</span>,
      sortable: true,
    },
    { key: 'service', head: t('queues.fields.service'), cell: (q) => q.service_name, sortable: true },
    { key: 'strategy', head: t('queues.fields.strategy'), cell: (q) => strategyWord(t, q.strategy), sortable: true },
    { key: 'members', head: t('queues.ableHead'), cell: (q) => <Able queue={q} />, sortable: true },
    {
      key: 'answer',
      head: t('queues.fields.answer_seconds'),
      cell: (q) => <span className="num">{t('queues.seconds', { count: q.answer_seconds })}</span>,
    },
    {
      key: 'limit',
      head: t('queues.fields.waiting_limit'),
      cell: (q) => <span className="num">{q.waiting_limit || t('queues.unlimited')}</span>,
    },
  ]
  const add = (
    <AdminLink to="queues/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('queues.add')}
    </AdminLink>
  )
  return (
    <AdminPage title={t('menu.queues')} hint={t('queues.hint')} actions={edits ? add : undefined}>
      <DataList<AdminQueue>
        path="/admin/queues"
        label={t('menu.queues')}
        columns={columns}
        keyOf={(q) => q.id}
        linkOf={(q) => `queues/${q.id}`}
        searchable
        filters={
          services.length > 1
            ? [
                {
                  key: 'service',
                  label: t('queues.fields.service'),
                  options: services.map((s) => ({ value: s.id, label: s.name })),
                },
              ]
            : []
        }
        exportable={edits}
        importable={edits}
        empty={
          <>
            <h2>{t('queues.empty')}</h2>
            <p>{t('queues.emptyHint')}</p>
            {edits && add}
          </>
        }
      />
    </AdminPage>
  )
}

function Able({ queue }: { queue: AdminQueue }) {
  const { t } = useTranslation('admin')
  if (queue.able_count === 0) {
    return (
      <span className="pill" data-s="dead" title={t('queues.nobodyHint')}>
        <IconAlertTriangle className="i s" stroke={1.75} aria-hidden />
        {t('queues.nobody')}
      </span>
    )
  }
  return <span className="num">{t('queues.able', { able: queue.able_count, members: queue.member_count })}</span>
}
