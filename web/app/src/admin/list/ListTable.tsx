import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight, IconSelector } from '@tabler/icons-react'
import { Fragment, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AdminLink } from '../frame/paths.tsx'

/** A column of a list. */
export interface Column<T> {
  /** The server's name of it, by which it sorts. */
  key: string
  head: string
  cell: (row: T) => ReactNode
  sortable?: boolean
  right?: boolean
}

interface Props<T> {
  label: string
  columns: Column<T>[]
  rows: T[]
  keyOf: (row: T) => string | number
  linkOf?: (row: T) => string
  detailOf?: (row: T) => ReactNode
  sort: string
  onSort: (sort: string) => void
}

export function ListTable<T>({ label, columns, rows, keyOf, linkOf, detailOf, sort, onSort }: Props<T>) {
  const [open, setOpen] = useState<ReadonlySet<string | number>>(new Set())
  const toggle = (key: string | number) =>
    setOpen((was) => (was.has(key) ? new Set([...was].filter((k) => k !== key)) : new Set(was).add(key)))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than the page is scrolled by the keyboard, too.
    <section className="panel tablebox" tabIndex={0} aria-label={label}>
      <table className="tbl">
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const key = keyOf(row)
            const shown = open.has(key)
            return (
              <Fragment key={key}>
                <tr>
                  {columns.map((column, i) => (
                    <td key={column.key} className={column.right ? 'r num' : undefined}>
                      {i > 0 ? (
                        column.cell(row)
                      ) : linkOf ? (
                        <AdminLink to={linkOf(row)} className="m">
                          {column.cell(row)}
                        </AdminLink>
                      ) : detailOf ? (
                        <button type="button" className="opener" aria-expanded={shown} onClick={() => toggle(key)}>
                          {shown ? (
                            <IconChevronDown className="i s" aria-hidden />
                          ) : (
                            <IconChevronRight className="i s" aria-hidden />
                          )}
                          {column.cell(row)}
                        </button>
                      ) : (
                        column.cell(row)
                      )}
                    </td>
                  ))}
                </tr>
                {shown && detailOf && (
                  <tr className="detail">
                    <td colSpan={columns.length}>{detailOf(row)}</td>
                  </tr>
                )}
              </Fragment>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function Head<T>({ column, sort, onSort }: { column: Column<T>; sort: string; onSort: (sort: string) => void }) {
  const { t } = useTranslation('admin')
  const { key, head, sortable, right } = column
  const up = sort === key
  const down = sort === `-${key}`
  if (!sortable) {
    return (
      <th scope="col" className={right ? 'r' : undefined}>
        {head || <span className="vh">{t('frame.none')}</span>}
      </th>
    )
  }
  return (
    <th scope="col" className={right ? 'r' : undefined} aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}>
      <button type="button" className="sorter" onClick={() => onSort(up ? `-${key}` : down ? '' : key)}>
        {head}
        {up && <IconArrowUp className="i s" stroke={1.75} aria-hidden />}
        {down && <IconArrowDown className="i s" stroke={1.75} aria-hidden />}
        {!up && !down && <IconSelector className="i s rest" stroke={1.75} aria-hidden />}
      </button>
    </th>
  )
}
