import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { ProbeRow } from './ProbeRow.tsx'

/** 설정 점검: what is missing between an empty server and the first call. Nothing is ticked off: everything is tried. */
export function SetupPage() {
  const { t } = useTranslation('admin')
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ['admin', 'setup'],
    queryFn: () => request<{ items: string[] }>('GET', '/admin/setup'),
  })
  const all = (
    <button
      type="button"
      className="btn"
      onClick={() => void client.invalidateQueries({ queryKey: ['admin', 'setup'] })}
    >
      {t('setup.all')}
    </button>
  )
  return (
    <AdminPage title={t('menu.setup')} hint={t('setup.hint')} actions={all} narrow>
      <ol className="stack g3" style={{ listStyle: 'none', padding: 0 }}>
        {data?.items.map((item) => (
          <ProbeRow key={item} item={item} />
        ))}
      </ol>
    </AdminPage>
  )
}
