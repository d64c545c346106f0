import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminMusic } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { type Column, DataList } from '../list/DataList.tsx'

/** Hold music: pieces in an order, for queues to choose. */
export function MusicList() {
  const { t } = useTranslation('admin')
  const columns: Column<AdminMusic>[] = [
    { key: 'name', head: t('sounds.fields.name'), cell: (m) => m.name, sortable: true },
    { key: 'tracks', head: t('sounds.fields.tracks'), cell: (m) => m.tracks.length, right: true },
  ]
  const add = (
    <AdminLink to="sounds/music/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('sounds.music.add')}
    </AdminLink>
  )
  return (
    <AdminPage
      title={t('sounds.music.title')}
      hint={t('sounds.music.hint')}
      crumbs={[{ to: 'sounds', word: t('menu.sounds') }]}
      actions={add}
    >
      <DataList<AdminMusic>
        path="/admin/music"
        label={t('sounds.music.title')}
        columns={columns}
        keyOf={(m) => m.id}
        linkOf={(m) => `sounds/music/${m.id}`}
        searchable
        empty={
          <>
            <h2>{t('sounds.music.empty')}</h2>
            {add}
          </>
        }
      />
    </AdminPage>
  )
}
