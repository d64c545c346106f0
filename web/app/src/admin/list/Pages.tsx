import { Pagination } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ListState } from './state.ts'

interface Props {
  list: { items: unknown[]; total?: number; page?: number; per_page?: number; next?: number | null }
  state: ListState
  change: (next: ListState) => void
}

/** Below a list: how much there is, and the other pages. A log has only the way to what is older, and back to the newest. */
export function Pages({ list, state, change }: Props) {
  const { t } = useTranslation('admin')
  if (list.total === undefined) {
    if (!list.next && !state.before) return null
    return (
      <nav className="row" aria-label={t('list.pages')}>
        {state.before && (
          <button type="button" className="btn" onClick={() => change({ before: '' })}>
            {t('list.newer')}
          </button>
        )}
        {list.next && (
          <button type="button" className="btn" onClick={() => change({ before: String(list.next) })}>
            {t('list.older')}
          </button>
        )}
      </nav>
    )
  }
  const page = list.page ?? 1
  const size = list.per_page ?? 50
  const pages = Math.ceil(list.total / size)
  if (pages <= 1) {
    return (
      <p className="xs t3" role="status">
        {t('list.total', { count: list.total })}
      </p>
    )
  }
  const from = (page - 1) * size + 1
  return (
    <nav className="row wrap" aria-label={t('list.pages')}>
      <span className="xs t3 num" role="status">
        {t('list.range', { total: list.total, from, to: Math.min(from + size - 1, list.total) })}
      </span>
      <span className="spacer" />
      <Pagination
        size="sm"
        total={pages}
        value={page}
        onChange={(next) => change({ page: next === 1 ? '' : String(next) })}
        withEdges
      />
    </nav>
  )
}
