import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminService } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { may, useSession } from '../frame/rights.ts'
import { type Column, DataList } from '../list/DataList.tsx'

/** 조직/서비스: the services of the organisation and what each may use (GN-19, GN-20). */
export function ServiceList() {
  const { t } = useTranslation('admin')
  const session = useSession()
  const all = session !== undefined && may(session, 'organisation')
  const columns: Column<AdminService>[] = [
    { key: 'name', head: t('services.fields.name'), cell: (s) => s.name, sortable: true },
    { key: 'kind', head: t('services.fields.kind'), cell: (s) => t(`services.values.kind.${s.kind}`), sortable: true },
    { key: 'uses', head: t('services.uses'), cell: (s) => <Uses service={s} /> },
    { key: 'languages', head: t('services.fields.languages'), cell: (s) => s.languages.join(', ') },
    { key: 'time_zone', head: t('services.fields.time_zone'), cell: (s) => s.time_zone },
  ]
  const add = (
    <AdminLink to="services/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('services.add')}
    </AdminLink>
  )
  return (
    <AdminPage title={t('menu.services')} hint={t('services.hint')} actions={all ? add : undefined}>
      <DataList<AdminService>
        path="/admin/services"
        label={t('menu.services')}
        columns={columns}
        keyOf={(s) => s.id}
        linkOf={(s) => `services/${s.id}`}
        searchable
        exportable
        importable={all}
        empty={
          <>
            <h2>{t('services.empty')}</h2>
            <p>{t('services.emptyHint')}</p>
            {all && add}
          </>
        }
      />
    </AdminPage>
  )
}

function Uses({ service }: { service: AdminService }) {
  const { t } = useTranslation('admin')
  const on = [
    service.phone && service.inbound && t('services.fields.inbound'),
    service.phone && service.outbound && t('services.fields.outbound'),
    service.chat && t('services.fields.chat'),
    service.sms && t('services.fields.sms'),
  ].filter((word): word is string => typeof word === 'string')
  if (on.length === 0) return <span className="t3">{t('frame.none')}</span>
  return (
    <span className="row wrap">
      {on.map((word) => (
        <span key={word} className="pill line">
          {word}
        </span>
      ))}
    </span>
  )
}
