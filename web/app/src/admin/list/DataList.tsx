import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../../api/client.ts'
import { problemWords } from '../frame/problem.ts'
import { type Column, ListTable } from './ListTable.tsx'
import { ListTools } from './ListTools.tsx'
import { Pages } from './Pages.tsx'
import { queryOf, useListState } from './state.ts'

export type { Column } from './ListTable.tsx'

/** A filter whose value goes to the server under its key. */
export interface Filter {
  key: string
  label: string
  /** Without options it is a day: the server gets the moment that it begins. */
  options?: { value: string; label: string }[]
}

interface Listed<T> {
  items: T[]
  /** Of lists with pages. */
  total?: number
  page?: number
  per_page?: number
  /** Of logs, which are read from the newest on. */
  next?: number | null
}

interface Props<T> {
  /** Below /api/v1, such as /admin/services; the query key is made of it. */
  path: string
  /** What the list is, for screen readers. */
  label: string
  columns: Column<T>[]
  keyOf: (row: T) => string | number
  /** Where a row leads, below /admin. */
  linkOf?: (row: T) => string
  /** Shown below a row while it is open; its first cell opens it. */
  detailOf?: (row: T) => ReactNode
  searchable?: boolean
  filters?: Filter[]
  /** More of the query that is not shown, such as the subject of a history. */
  fixed?: Record<string, string>
  exportable?: boolean
  importable?: boolean
  /** What to do when there is nothing at all yet. */
  empty: ReactNode
}

/** A list of the administration: search, filters, sort and pages at the server, Excel, and every state in the address. */
export function DataList<T>(props: Props<T>) {
  const { path, columns, filters = [], fixed = {} } = props
  const { t } = useTranslation('admin')
  const [state, change] = useListState()
  const names = ['q', 'sort', 'page', 'per_page', 'before', ...filters.map((f) => f.key)]
  const query = useDeferredValue(queryOf({ ...moments(state, filters), ...fixed }, [...names, ...Object.keys(fixed)]))
  const list = useQuery({
    queryKey: [...path.split('/').filter(Boolean), 'list', query],
    queryFn: ({ signal }) => request<Listed<T>>('GET', `${path}${query}`, undefined, signal),
    placeholderData: (before) => before,
  })
  const filtered = ['q', 'before', 'page', ...filters.map((f) => f.key)].some((name) => state[name])
  const rows = list.data?.items ?? []
  return (
    <div className="stack g3 datalist" aria-busy={list.isFetching}>
      <ListTools {...props} filters={filters} state={state} change={change} query={query} />
      {list.isError && list.data && (
        <Failed words={t('list.stale')} error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isError && !list.data ? (
        <Failed words={t('list.failed')} error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <div className="panel loading" role="status">
          <span className="vh">{t('frame.loading')}</span>
        </div>
      ) : rows.length === 0 ? (
        <div className="panel">
          {filtered ? <Nothing onClear={() => change(cleared(state))} /> : <div className="empty">{props.empty}</div>}
        </div>
      ) : (
        <ListTable
          {...props}
          columns={columns}
          rows={rows}
          sort={state.sort ?? ''}
          onSort={(sort) => change({ sort })}
        />
      )}
      {list.data && <Pages list={list.data} state={state} change={change} />}
    </div>
  )
}

/** Days become the moments at which they begin where the reader is; the last day of a span is a whole one. */
function moments(state: Record<string, string>, filters: Filter[]): Record<string, string> {
  const made = { ...state }
  for (const { key, options } of filters) {
    const value = state[key]
    if (options || !value) continue
    const at = new Date(`${value}T00:00:00`)
    if (Number.isNaN(at.getTime())) delete made[key]
    else {
      if (key === 'to') at.setDate(at.getDate() + 1)
      made[key] = at.toISOString()
    }
  }
  return made
}

function cleared(state: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(state).map((key) => [key, '']))
}

function Nothing({ onClear }: { onClear: () => void }) {
  const { t } = useTranslation('admin')
  return (
    <div className="empty" role="status">
      <h2>{t('list.nothing')}</h2>
      <p>{t('list.nothingHint')}</p>
      <button type="button" className="btn" onClick={onClear}>
        {t('list.clearFilters')}
      </button>
    </div>
  )
}

function Failed({ words, error, onRetry }: { words: string; error: unknown; onRetry: () => void }) {
  const { t } = useTranslation('admin')
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
  return (
    <div className="strip" data-s={refused ? 'dead' : 'break'} role="alert">
      <span className="grow">
        <b>{words}</b> {problemWords(t, error)}
      </span>
      <button type="button" className="btn small" onClick={onRetry}>
        {t('list.retry')}
      </button>
    </div>
  )
}
