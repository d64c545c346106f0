import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../../api/client.ts'
import type { AdminCallerID } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { problemWords } from '../frame/problem.ts'
import { ListTools } from '../list/ListTools.tsx'
import { useListState } from '../list/state.ts'
import { OrderedList } from '../order/OrderedList.tsx'
import { useNamed } from '../people/useNamed.ts'
import { Details } from './Details.tsx'
import { Line } from './Line.tsx'
import { How, Preview } from './Preview.tsx'
import { Filter } from './StateFilter.tsx'
import { inOrder, kindOf } from './states.ts'
import './callerids.css'

/** 발신번호 관리 (PH-44 … PH-46, D6): the numbers of a service, their order and how far each is. */
export function CallerIdPage({ id }: { id?: string }) {
  const { t } = useTranslation('admin')
  const [state, change] = useListState()
  const services = useNamed('/admin/services')
  const chosen = useQuery({
    queryKey: ['admin', 'caller-ids', 'item', id],
    queryFn: () => request<AdminCallerID>('GET', `/admin/caller-ids/${id}`),
    enabled: id !== undefined,
  })
  const service = state.service ?? chosen.data?.service ?? services[0]?.id ?? ''
  const list = useQuery({
    queryKey: ['admin', 'caller-ids', 'list', service],
    queryFn: () => request<{ items: AdminCallerID[] }>('GET', `/admin/caller-ids?service=${service}&per_page=100`),
    enabled: service !== '',
  })
  const items = list.data?.items ?? []
  const add = (
    <AdminLink to="caller-ids/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('callerIds.add')}
    </AdminLink>
  )
  const soon = items.filter((c) => c.state === 'expired' || (c.expires_on && c.days_left <= 30)).length
  return (
    <AdminPage title={t('menu.caller-ids')} hint={t('callerIds.hint')} actions={add}>
      <div className="row wrap">
        {services.length > 1 && (
          <label className="filter">
            <span>{t('callerIds.chooseService')}</span>
            <select className="plain" value={service} onChange={(e) => change({ service: e.currentTarget.value })}>
              {services.map((s) => (
                <option key={s.id} value={s.id}>
                  {s.name}
                </option>
              ))}
            </select>
          </label>
        )}
        <Filter items={items} value={state.state ?? ''} onChange={(value) => change({ state: value })} />
        <span className="grow">
          <ListTools
            path="/admin/caller-ids"
            filters={[]}
            exportable
            importable
            state={state}
            change={change}
            query={`?service=${service}`}
          />
        </span>
      </div>
      {soon > 0 && (
        <p className="strip" data-s="break">
          {t('callerIds.soon', { count: soon })}
        </p>
      )}
      <div className="adm">
        <div className="stack g3">
          {list.isError ? (
            <p className="strip" data-s="dead" role="alert">
              {problemWords(t, list.error)}
            </p>
          ) : list.data && items.length === 0 ? (
            <div className="panel">
              <div className="empty">
                <h2>{t('callerIds.empty')}</h2>
                <p>{t('callerIds.emptyHint')}</p>
                {add}
              </div>
            </div>
          ) : (
            <Lists items={items} filter={state.state ?? ''} service={service} open={id} />
          )}
          <How />
        </div>
        <aside className="stack g3">
          {chosen.data && <Details key={chosen.data.version} callerId={chosen.data} />}
          <Preview items={items} />
        </aside>
      </div>
    </AdminPage>
  )
}

interface ListsProps {
  items: AdminCallerID[]
  filter: string
  service: string
  open?: string
}

function Lists({ items, filter, service, open }: ListsProps) {
  const { t } = useTranslation('admin')
  const client = useQueryClient()
  const [wanted, setWanted] = useState<string[] | null>(null)
  const seen = items.filter(inOrder).map((c) => c.id)
  const shown = items.filter((c) => filter === '' || kindOf(c) === filter)
  const placed = sorted(shown.filter(inOrder), wanted)
  const others = shown.filter((c) => !inOrder(c))
  const order = async (ids: string[]) => {
    setWanted(ids)
    try {
      await request('PUT', '/admin/caller-ids/order', { service, seen, ids })
    } catch (error) {
      const lost = error instanceof ApiError && error.code === 'edit_conflict'
      const message = lost ? t('callerIds.orderLost') : problemWords(t, error)
      notifications.show({ message, color: 'red', autoClose: false })
    }
    await client.invalidateQueries({ queryKey: ['admin', 'caller-ids'] })
    setWanted(null)
  }
  if (shown.length === 0) return <p className="sm t2">{t('callerIds.emptyFilter')}</p>
  return (
    <>
      {placed.length > 0 && (
        <>
          <p className="sm t2">{t('callerIds.orderHint')}</p>
          <OrderedList
            items={placed}
            keyOf={(c) => c.id}
            nameOf={(c) => formatNumber(c.number)}
            label={t('callerIds.ordered')}
            busy={wanted !== null}
            onOrder={(ids) => void order(ids)}
          >
            {(c) => <Line callerId={c} first={placed[0]?.id === c.id} open={open === c.id} />}
          </OrderedList>
        </>
      )}
      {others.length > 0 && (
        <ul className="panel ordered" aria-label={t('callerIds.others')}>
          {others.map((c) => (
            <li key={c.id} className="row">
              <span className="t3 xs noorder">{t('callerIds.noOrder')}</span>
              <Line callerId={c} open={open === c.id} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** The numbers in the order that was just asked for, until the server has it. */
function sorted(items: AdminCallerID[], wanted: string[] | null): AdminCallerID[] {
  if (!wanted) return items
  return [...items].sort((a, b) => wanted.indexOf(a.id) - wanted.indexOf(b.id))
}
