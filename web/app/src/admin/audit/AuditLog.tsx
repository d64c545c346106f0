import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '../../api/types.ts'
import { day, second } from '../../format/time.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink, screenOf } from '../frame/paths.tsx'
import { type Column, DataList } from '../list/DataList.tsx'
import { Changes } from './Changes.tsx'

/** 감사 로그: every change, who made it, when, from where, and what it was before. */
export function AuditLog() {
  const { t } = useTranslation('admin')
  const actions = t('audit.action', { returnObjects: true })
  const subjects = t('audit.subject', { returnObjects: true })
  const word = (words: Record<string, string>, code: string) => words[code] ?? code
  const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }))
  const columns: Column<AuditEntry>[] = [
    { key: 'at', head: t('audit.at'), cell: (e) => <time dateTime={e.at}>{`${day(e.at)} ${second(e.at)}`}</time> },
    { key: 'user', head: t('audit.user'), cell: (e) => e.user.name },
    {
      key: 'action',
      head: t('audit.actionHead'),
      cell: (e) => <span className="pill line">{word(actions, e.action)}</span>,
    },
    { key: 'subject', head: t('audit.subjectHead'), cell: (e) => word(subjects, e.subject) },
    { key: 'name', head: t('audit.name'), cell: (e) => <Subject entry={e} /> },
    { key: 'service', head: t('audit.service'), cell: (e) => (e.subject === 'service' ? '' : e.service.name) },
    { key: 'ip', head: t('audit.ip'), cell: (e) => <span className="num">{e.ip}</span> },
  ]
  return (
    <AdminPage title={t('menu.audit')} hint={t('audit.hint')}>
      <DataList<AuditEntry>
        path="/admin/audit"
        label={t('menu.audit')}
        columns={columns}
        keyOf={(e) => e.id}
        detailOf={(e) => <Changes entry={e} />}
        searchable
        exportable
        filters={[
          { key: 'action', label: t('audit.actionHead'), options: options(actions) },
          { key: 'subject', label: t('audit.subjectHead'), options: options(subjects) },
          { key: 'from', label: t('audit.from') },
          { key: 'to', label: t('audit.to') },
        ]}
        empty={<h2>{t('audit.empty')}</h2>}
      />
    </AdminPage>
  )
}

function Subject({ entry }: { entry: AuditEntry }) {
  const to = entry.after === null ? null : screenOf(entry.subject, entry.subject_id)
  return to ? <AdminLink to={to}>{entry.subject_name}</AdminLink> : entry.subject_name
}
