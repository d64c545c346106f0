import { IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminSound } from '../../api/types.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { AdminLink } from '../frame/paths.tsx'
import { type Column, DataList } from '../list/DataList.tsx'
import { useNamed } from '../people/useNamed.ts'
import { lengthWords } from './useSounds.ts'

/** 안내 멘트: what callers are told, and the pieces of which hold music is made. */
export function SoundList() {
  const { t } = useTranslation('admin')
  const services = useNamed('/admin/services')
  const nameOf = (id: string) => services.find((s) => s.id === id)?.name ?? t('sounds.everywhere')
  const columns: Column<AdminSound>[] = [
    { key: 'name', head: t('sounds.fields.name'), cell: (s) => s.name, sortable: true },
    { key: 'kind', head: t('sounds.fields.kind'), cell: (s) => t(`sounds.values.kind.${s.kind}`) },
    { key: 'words', head: t('sounds.fields.words'), cell: (s) => <span className="t2">{s.words}</span> },
    { key: 'language', head: t('sounds.fields.language'), cell: (s) => s.language, sortable: true },
    { key: 'service', head: t('sounds.fields.service_id'), cell: (s) => nameOf(s.service_id) },
    { key: 'length', head: t('sounds.length'), cell: (s) => lengthWords(s.length_ms), sortable: true, right: true },
  ]
  const add = (
    <AdminLink to="sounds/new" className="btn primary">
      <IconPlus className="i s" stroke={1.75} aria-hidden />
      {t('sounds.add')}
    </AdminLink>
  )
  return (
    <AdminPage
      title={t('menu.sounds')}
      hint={t('sounds.hint')}
      actions={
        <div className="row wrap">
          <AdminLink to="sounds/music" className="btn">
            {t('sounds.music.title')}
          </AdminLink>
          <AdminLink to="sounds/hostile-end" className="btn">
            {t('sounds.hostile.title')}
          </AdminLink>
          {add}
        </div>
      }
    >
      <DataList<AdminSound>
        path="/admin/sounds"
        label={t('menu.sounds')}
        columns={columns}
        keyOf={(s) => s.id}
        linkOf={(s) => `sounds/${s.id}`}
        searchable
        filters={[
          {
            key: 'kind',
            label: t('sounds.fields.kind'),
            options: (['announcement', 'music'] as const).map((k) => ({
              value: k,
              label: t(`sounds.values.kind.${k}`),
            })),
          },
        ]}
        empty={
          <>
            <h2>{t('sounds.empty')}</h2>
            <p>{t('sounds.emptyHint')}</p>
            {add}
          </>
        }
      />
    </AdminPage>
  )
}
