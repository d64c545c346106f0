import { notifications } from '@mantine/notifications'
import { IconDownload, IconSearch, IconUpload } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '../../api/client.ts'
import { isComposing } from '../../app/composing.ts'
import { problemWords } from '../frame/problem.ts'
import type { Filter } from './DataList.tsx'
import type { ListState } from './state.ts'
import { UploadDialog } from './UploadDialog.tsx'

interface Props {
  path: string
  searchable?: boolean
  filters: Filter[]
  exportable?: boolean
  importable?: boolean
  state: ListState
  change: (next: ListState) => void
  query: string
}

/** How long after the last letter a search begins. */
const searchAfterMs = 250

/** Above a list: search, filters, Excel. */
export function ListTools({ path, searchable, filters, exportable, importable, state, change, query }: Props) {
  const { t } = useTranslation('admin')
  const [uploading, setUploading] = useState(false)
  return (
    <div className="row wrap listtools">
      {searchable && <Search value={state.q ?? ''} onChange={(q) => change({ q })} />}
      {filters.map((filter) => (
        <FilterField
          key={filter.key}
          filter={filter}
          value={state[filter.key] ?? ''}
          onChange={(v) => change({ [filter.key]: v })}
        />
      ))}
      <span className="spacer" />
      {exportable && <Download path={path} query={query} />}
      {importable && (
        <button type="button" className="btn" onClick={() => setUploading(true)}>
          <IconUpload className="i s" stroke={1.75} aria-hidden />
          {t('list.import')}
        </button>
      )}
      {uploading && <UploadDialog path={path} onClose={() => setUploading(false)} />}
    </div>
  )
}

function Search({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const { t } = useTranslation('admin')
  const [typed, setTyped] = useState(value)
  const [composing, setComposing] = useState(false)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (composing || typed === value) return
    const timer = setTimeout(() => onChange(typed), searchAfterMs)
    return () => clearTimeout(timer)
  }, [typed, value, composing, onChange])
  return (
    <search className="input searchbox">
      <IconSearch className="i s" stroke={1.75} aria-hidden />
      <input
        type="search"
        aria-label={t('list.search')}
        placeholder={t('list.search')}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isComposing(event.nativeEvent)) onChange(typed)
        }}
      />
    </search>
  )
}

function FilterField({
  filter,
  value,
  onChange,
}: {
  filter: Filter
  value: string
  onChange: (value: string) => void
}) {
  const { t } = useTranslation('admin')
  if (!filter.options) {
    return (
      <label className="filter">
        <span>{filter.label}</span>
        <input type="date" className="plain" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      </label>
    )
  }
  return (
    <label className="filter">
      <span>{filter.label}</span>
      <select className="plain" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{t('list.filter_all')}</option>
        {filter.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  )
}

function Download({ path, query }: { path: string; query: string }) {
  const { t, i18n } = useTranslation('admin')
  const [busy, setBusy] = useState(false)
  const fetchFile = async () => {
    setBusy(true)
    const asked = new URLSearchParams(query)
    for (const name of ['page', 'per_page', 'before']) asked.delete(name)
    asked.set('lang', i18n.language)
    try {
      const blob = await download(`${path}/export.xlsx?${asked}`)
      const link = document.createElement('a')
      link.href = URL.createObjectURL(blob)
      link.download = `${path.split('/').pop()}.xlsx`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
    } catch (error) {
      notifications.show({
        title: t('list.downloadFailed'),
        message: problemWords(t, error),
        color: 'red',
        autoClose: false,
      })
    }
    setBusy(false)
  }
  return (
    <button type="button" className="btn" aria-busy={busy} disabled={busy} onClick={() => void fetchFile()}>
      <IconDownload className="i s" stroke={1.75} aria-hidden />
      {t('list.export')}
    </button>
  )
}
