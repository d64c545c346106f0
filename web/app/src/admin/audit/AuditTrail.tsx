import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AuditEntry } from '../../api/types.ts'
import { day, second } from '../../format/time.ts'
import { Changes } from './Changes.tsx'

/** The history of one thing: who did what with it, the newest first. */
export function AuditTrail({ subject, id }: { subject: string; id: string }) {
  const { t } = useTranslation('admin')
  const trail = useQuery({
    queryKey: ['admin', 'audit', 'trail', subject, id],
    queryFn: () =>
      request<{ items: AuditEntry[] }>(
        'GET',
        `/admin/audit?subject=${subject}&subject_id=${encodeURIComponent(id)}&per_page=20`,
      ),
  })
  const actions: Record<string, string> = t('audit.action', { returnObjects: true })
  const items = trail.data?.items ?? []
  if (items.length === 0) return null
  return (
    <section className="panel trail" aria-label={t('audit.trail')}>
      <h2>{t('audit.trail')}</h2>
      <ol>
        {items.map((entry) => (
          <li key={entry.id}>
            <details>
              <summary>
                <time dateTime={entry.at}>{`${day(entry.at)} ${second(entry.at)}`}</time>
                <b>{actions[entry.action] ?? entry.action}</b>
                <span>{entry.user.name}</span>
                <span className="t3 num">{entry.ip}</span>
              </summary>
              <Changes entry={entry} />
            </details>
          </li>
        ))}
      </ol>
    </section>
  )
}
