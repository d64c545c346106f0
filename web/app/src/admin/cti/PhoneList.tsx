import { useTranslation } from 'react-i18next'
import type { AdminPhone } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { type Column, DataList } from '../list/DataList.tsx'
import { StatePill } from './StatePill.tsx'

/** CTI 상담원 관리 (PH-08): who has which number and telephone, and who is signed in now. */
export function PhoneList() {
  const { t } = useTranslation('admin')
  const columns: Column<AdminPhone>[] = [
    { key: 'name', head: t('cti.fields.name'), cell: (p) => p.name, sortable: true },
    { key: 'login', head: t('cti.fields.login'), cell: (p) => p.login, sortable: true },
    { key: 'cti_id', head: t('cti.fields.cti_id'), cell: (p) => p.cti_id || t('frame.none'), sortable: true },
    {
      key: 'cti_number',
      head: t('cti.fields.cti_number'),
      cell: (p) => p.cti_number || t('frame.none'),
      sortable: true,
    },
    { key: 'phone', head: t('cti.fields.phone'), cell: (p) => p.version > 0 && t(`cti.values.phone.${p.phone}`) },
    { key: 'state', head: t('cti.state'), cell: (p) => <StatePill state={p.state} /> },
  ]
  const range = (
    <AdminLink to="cti/range" className="btn primary">
      {t('cti.range')}
    </AdminLink>
  )
  return (
    <AdminPage title={t('menu.cti')} hint={t('cti.hint')} actions={range}>
      <DataList<AdminPhone>
        path="/admin/phones"
        label={t('menu.cti')}
        columns={columns}
        keyOf={(p) => p.id}
        linkOf={(p) => `cti/${p.id}`}
        searchable
        exportable
        importable
        filters={[
          {
            key: 'which',
            label: t('cti.which'),
            options: [
              { value: 'registered', label: t('cti.registered') },
              { value: 'missing', label: t('cti.missing') },
            ],
          },
        ]}
        empty={
          <>
            <h2>{t('cti.empty')}</h2>
            <p>{t('cti.emptyHint')}</p>
          </>
        }
      />
    </AdminPage>
  )
}
