import { IconPlus, IconSearch, IconSettings } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Favourite } from '../api/types.ts'
import { useRoster } from '../app/roster.ts'
import { FavouriteForm } from './FavouriteForm.tsx'
import { FavouriteRow } from './FavouriteRow.tsx'
import { moved, useFavourites, useOrderFavourites } from './favourites.ts'
import { Nothing } from './GroupsTab.tsx'
import { finds } from './people.ts'
import type { HandOver } from './useHandOver.ts'

/** 자주 사용되는 번호 (PH-51 … PH-53): one's own list, in one's own order. */
export function FavouritesTab({ handOver }: { handOver: HandOver }) {
  const { t } = useTranslation()
  const roster = useRoster()
  const favourites = useFavourites()
  const order = useOrderFavourites()
  const [query, setQuery] = useState('')
  const [managing, setManaging] = useState(false)
  const [editing, setEditing] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const list = favourites.data ?? []
  const shown = list.filter((one) => finds(query, one.name, one.number))
  const move = (one: Favourite, step: -1 | 1) => {
    const at = list.indexOf(one)
    order.mutate(moved(list, at, step))
    setSaid(t('favourite.moved', { position: at + step + 1 }))
  }
  return (
    <>
      <div className="row">
        <div className="input grow">
          <IconSearch className="i s" stroke={1.75} aria-hidden />
          <input
            type="search"
            autoComplete="off"
            placeholder={t('transfer.search')}
            aria-label={t('transfer.search')}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <button type="button" className="btn" onClick={() => setEditing('')}>
          <IconPlus className="i s" stroke={1.75} aria-hidden />
          {t('favourite.add')}
        </button>
        {list.length > 0 && (
          <button
            type="button"
            className="btn icon"
            aria-label={managing ? t('favourite.done') : t('favourite.manage')}
            aria-pressed={managing}
            onClick={() => setManaging(!managing)}
          >
            <IconSettings className="i s" stroke={1.75} aria-hidden />
          </button>
        )}
      </div>
      {editing === '' && <FavouriteForm onDone={() => setEditing(null)} />}
      {favourites.isPending ? (
        <p className="t2" aria-busy="true">
          {t('app.loading')}
        </p>
      ) : favourites.isError ? (
        <div className="none" role="alert">
          <b>{t('favourite.loadFailed')}</b>
          <button type="button" className="btn" onClick={() => void favourites.refetch()}>
            {t('app.retry')}
          </button>
        </div>
      ) : shown.length > 0 ? (
        <ul className="rows">
          {shown.map((one) =>
            editing === one.id ? (
              <li key={one.id}>
                <FavouriteForm favourite={one} onDone={() => setEditing(null)} />
              </li>
            ) : (
              <FavouriteRow
                key={one.id}
                favourite={one}
                roster={roster}
                handOver={handOver}
                managing={managing}
                // Where the list is searched, a step up would not be what it looks like.
                onUp={query === '' && one !== list[0] ? () => move(one, -1) : undefined}
                onDown={query === '' && one !== list.at(-1) ? () => move(one, 1) : undefined}
                onEdit={() => setEditing(one.id)}
              />
            ),
          )}
        </ul>
      ) : list.length > 0 ? (
        <Nothing title={t('favourite.noMatch')} hint={t('favourite.noMatchHint')} />
      ) : (
        editing === null && <Nothing title={t('favourite.empty')} hint={t('favourite.emptyHint')} />
      )}
      <div className="vh" role="status">
        {said}
      </div>
    </>
  )
}
