import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { ProbeRow } from '../setup/ProbeRow.tsx'

interface NetworkSettings {
  public_url: string
  media_url: string
  turn_urls: string[]
  tls: 'files' | 'acme' | 'elsewhere' | 'none'
}

/** 네트워크: how browsers reach us, and whether they do. */
export function NetworkPage() {
  const { t } = useTranslation('admin')
  const { data } = useQuery({
    queryKey: ['admin', 'network'],
    queryFn: () => request<NetworkSettings>('GET', '/admin/network'),
  })
  return (
    <AdminPage title={t('menu.network')} hint={t('network.hint')} narrow>
      {!window.isSecureContext && (
        <div className="strip" data-s="dead" role="alert">
          <span>
            <b>{t('network.insecure')}</b> {t('network.insecureHint')}
          </span>
        </div>
      )}
      {data && (
        <section className="panel">
          <h2>{t('network.addresses')}</h2>
          <dl className="kv">
            <dt>{t('network.public_url')}</dt>
            <dd>{data.public_url}</dd>
            <dt>{t('network.tls')}</dt>
            <dd>{t(`network.tls_${data.tls}`)}</dd>
            <dt>{t('network.media_url')}</dt>
            <dd>{data.media_url}</dd>
            <dt>{t('network.turn_urls')}</dt>
            <dd>{data.turn_urls.join(', ') || t('frame.none')}</dd>
          </dl>
          <p>{t('network.where')}</p>
        </section>
      )}
      <ul className="stack g3" style={{ listStyle: 'none', padding: 0 }}>
        {['https', 'media', 'turn'].map((item) => (
          <ProbeRow key={item} item={item} />
        ))}
      </ul>
      <section className="panel">
        <h2>{t('network.here')}</h2>
        <p>{t('network.hereHint')}</p>
        <Link to="/phone/test" className="btn">
          {t('network.test')}
        </Link>
      </section>
    </AdminPage>
  )
}
