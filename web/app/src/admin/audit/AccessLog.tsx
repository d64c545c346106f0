import { useTranslation } from 'react-i18next'
import type { AccessEntry } from '../../api/types.ts'
import { day, second } from '../../format/time.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { type Column, DataList } from '../list/DataList.tsx'

const look: Record<string, string> = { sign_in_failed: 'dead', forced_out: 'hold', sign_in: 'talk' }

/** 접속 로그 (AG-16): who came and went, when, and from where. */
export function AccessLog() {
  const { t } = useTranslation('admin')
  const events = t('audit.event', { returnObjects: true })
  const columns: Column<AccessEntry>[] = [
    { key: 'at', head: t('audit.at'), cell: (e) => <time dateTime={e.at}>{`${day(e.at)} ${second(e.at)}`}</time> },
    { key: 'login', head: t('audit.login'), cell: (e) => e.login },
    { key: 'user', head: t('audit.user'), cell: (e) => e.user.name },
    {
      key: 'event',
      head: t('audit.eventHead'),
      cell: (e) => (
        <span className="pill" data-s={look[e.event] ?? 'work'}>
          {events[e.event as keyof typeof events] ?? e.event}
        </span>
      ),
    },
    { key: 'ip', head: t('audit.ip'), cell: (e) => <span className="num">{e.ip}</span> },
    { key: 'user_agent', head: t('audit.browser'), cell: (e) => <span className="xs t2">{e.user_agent}</span> },
  ]
  return (
    <AdminPage title={t('menu.access-log')} hint={t('audit.accessHint')}>
      <DataList<AccessEntry>
        path="/admin/access-log"
        label={t('menu.access-log')}
        columns={columns}
        keyOf={(e) => e.id}
        searchable
        exportable
        filters={[
          {
            key: 'event',
            label: t('audit.eventHead'),
            options: Object.entries(events).map(([value, label]) => ({ value, label })),
          },
          { key: 'from', label: t('audit.from') },
          { key: 'to', label: t('audit.to') },
        ]}
        empty={<h2>{t('audit.emptyAccess')}</h2>}
      />
    </AdminPage>
  )
}
