import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useTitle } from '../app/deskContext.ts'

export function NotFound() {
  const { t } = useTranslation()
  useTitle(t('app.notFound'))
  return (
    <div className="page">
      <div className="empty">
        <h2>{t('app.notFound')}</h2>
        <p>{t('app.notFoundHint')}</p>
        <Link to="/tickets" className="btn">
          {t('ticket.list')}
        </Link>
      </div>
    </div>
  )
}
