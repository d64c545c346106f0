import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemWords } from '../frame/problem.ts'

/** What is drawn once something has come; until then that it comes, or why it does not. */
export function Loaded<T>({ item, children }: { item: UseQueryResult<T>; children: (value: T) => ReactNode }) {
  const { t } = useTranslation('admin')
  if (item.data !== undefined) return children(item.data)
  if (!item.isError) {
    return (
      <div className="page admin" aria-busy="true">
        <span className="vh" role="status">
          {t('frame.loading')}
        </span>
      </div>
    )
  }
  return (
    <div className="page admin">
      <div className="empty" role="alert">
        <h2>{t('form.loadFailed')}</h2>
        <p>{problemWords(t, item.error)}</p>
        <button type="button" className="btn" onClick={() => void item.refetch()}>
          {t('list.retry')}
        </button>
      </div>
    </div>
  )
}
