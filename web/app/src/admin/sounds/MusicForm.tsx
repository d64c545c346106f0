import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminMusic } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { OrderedList } from '../order/OrderedList.tsx'
import { useNamed } from '../people/useNamed.ts'
import { Player } from './Player.tsx'
import { useSounds } from './useSounds.ts'

interface Values extends Record<string, unknown> {
  service_id: string
  name: string
  tracks: string[]
}

const valuesOf = (m: AdminMusic): Values => ({ service_id: m.service_id, name: m.name, tracks: m.tracks })

/** One hold music: its pieces, their order. */
export function MusicForm({ id }: { id?: string }) {
  const { item } = useItem<AdminMusic>('/admin/music', id)
  if (id === undefined) return <Edit values={{ service_id: '', name: '', tracks: [] }} version={0} />
  return <Loaded item={item}>{(m) => <Edit id={id} values={valuesOf(m)} version={m.version} />}</Loaded>
}

function Edit({ id, values, version }: { id?: string; values: Values; version: number }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const { forget } = useItem<AdminMusic>('/admin/music', id)
  const [deleting, setDeleting] = useState(false)
  const toList = () => void forget().then(() => open('sounds/music'))
  const latest = async () => {
    const now = await request<AdminMusic>('GET', `/admin/music/${id}`)
    return { values: valuesOf(now), version: now.version }
  }
  return (
    <>
      <FormPage<Values>
        title={id === undefined ? t('sounds.music.add') : values.name}
        crumbs={[
          { to: 'sounds', word: t('menu.sounds') },
          { to: 'sounds/music', word: t('sounds.music.title') },
        ]}
        actions={
          id !== undefined && (
            <button type="button" className="btn" onClick={() => setDeleting(true)}>
              {t('frame.delete')}
            </button>
          )
        }
        saved={{ values, version }}
        labels={t('sounds.fields', { returnObjects: true })}
        validate={(v): Record<string, string> => (v.name.trim() === '' ? { name: t('field.required') } : {})}
        save={(changed, seen) =>
          id === undefined
            ? request('POST', '/admin/music', changed)
            : request('PUT', `/admin/music/${id}`, { ...changed, version: seen })
        }
        reload={latest}
        onSaved={toList}
        onCancel={() => void open('sounds/music')}
        below={id !== undefined && <AuditTrail subject="music" id={id} />}
      >
        {(form) => <Fields form={form} />}
      </FormPage>
      {deleting && id !== undefined && (
        <DeleteDialog
          path={`/admin/music/${id}`}
          name={values.name}
          onDeleted={toList}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

function Fields({ form }: { form: FormOf<Values> }) {
  const { t } = useTranslation('admin')
  const fields = t('sounds.fields', { returnObjects: true })
  const services = useNamed('/admin/services')
  const { tracks, service_id } = form.getValues()
  const pieces = useSounds('music', service_id)
  const chosen = tracks.map((id) => pieces.find((p) => p.id === id)).filter((p) => p !== undefined)
  const set = (to: string[]) => form.setFieldValue('tracks', to)
  return (
    <>
      <Section title={t('sounds.part_general')}>
        <TextInput name="name" label={fields.name} required maxLength={200} {...form.getInputProps('name')} />
        <Select
          label={fields.service_id}
          allowDeselect={false}
          data={[
            { value: '', label: t('sounds.everywhere') },
            ...services.map((s) => ({ value: s.id, label: s.name })),
          ]}
          {...form.getInputProps('service_id')}
        />
      </Section>
      <Section title={fields.tracks} hint={t('sounds.music.change')}>
        <OrderedList items={chosen} keyOf={(p) => p.id} nameOf={(p) => p.name} onOrder={set} label={fields.tracks}>
          {(p) => (
            <div className="stack">
              <span className="row wrap">
                <b className="grow">{p.name}</b>
                <button type="button" className="btn sm" onClick={() => set(tracks.filter((id) => id !== p.id))}>
                  {t('sounds.music.remove', { name: p.name })}
                </button>
              </span>
              <Player path={`/admin/sounds/${p.id}/sound`} name={p.name} lengthMs={p.length_ms} shape={p.shape} />
            </div>
          )}
        </OrderedList>
        <Select
          label={t('sounds.music.addPiece')}
          value={null}
          data={pieces.filter((p) => !tracks.includes(p.id)).map((p) => ({ value: p.id, label: p.name }))}
          onChange={(id) => id && set([...tracks, id])}
          error={form.errors.tracks}
        />
      </Section>
    </>
  )
}
