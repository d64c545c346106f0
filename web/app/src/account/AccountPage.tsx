import './account.css'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { request } from '../api/client.ts'
import type { Account } from '../api/types.ts'
import { useTitle } from '../app/deskContext.ts'
import { OwnForm } from './OwnForm.tsx'
import { PasswordForm } from './PasswordForm.tsx'

/** 개인정보설정 (AG-13): one's own name, address, language, 티켓 할당 where allowed, and password. */
export function AccountPage() {
  const { t } = useTranslation()
  useTitle(t('account.title'))
  const account = useQuery({
    queryKey: ['account'],
    queryFn: () => request<Account>('GET', '/account'),
    refetchOnWindowFocus: false,
  })
  return (
    <div className="page account">
      <h1>{t('account.title')}</h1>
      {account.isError && !account.data && (
        <div className="empty" role="alert">
          <h2>{t('account.loadFailed')}</h2>
          <button type="button" className="btn" onClick={() => void account.refetch()}>
            {t('app.retry')}
          </button>
        </div>
      )}
      {account.data && (
        <>
          <OwnForm key={account.data.version} account={account.data} />
          <PasswordForm login={account.data.login} />
        </>
      )}
    </div>
  )
}
