import { Select, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminSound } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { useNamed } from '../people/useNamed.ts'
import { languageCodes } from '../services/settings.ts'
import { Player } from './Player.tsx'
import { SoundMaker } from './SoundMaker.tsx'

interface Values extends Record<string, unknown> {
  kind: AdminSound['kind']
  service_id: string
  name: string
  language: string
  words: string
  draft_id: string
}

const fresh: Values = { kind: 'announcement', service_id: '', name: '', language: 'ko', words: '', draft_id: '' }

const valuesOf = (s: AdminSound): Values => ({
  kind: s.kind,
  service_id: s.service_id,
  name: s.name,
  language: s.language,
  words: s.words,
  draft_id: '',
})

/** One 안내 멘트 or piece of hold music: uploaded or spoken, heard, kept. */
export function SoundForm({ id }: { id?: string }) {
  const { item } = useItem<AdminSound>('/admin/sounds', id)
  if (id === undefined) return <Edit values={fresh} version={0} />
  return <Loaded item={item}>{(s) => <Edit sound={s} values={valuesOf(s)} version={s.version} />}</Loaded>
}

function Edit({ sound, values, version }: { sound?: AdminSound; values: Values; version: number }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const { forget } = useItem<AdminSound>('/admin/sounds', sound?.id)
  const [deleting, setDeleting] = useState(false)
  const toList = () => void forget().then(() => open('sounds'))
  const save = ({ kind, ...changed }: Values, seen: number) =>
    sound === undefined
      ? request('POST', '/admin/sounds', { kind, ...changed })
      : request('PUT', `/admin/sounds/${sound.id}`, { ...changed, version: seen })
  const latest = async () => {
    const now = await request<AdminSound>('GET', `/admin/sounds/${sound?.id}`)
    return { values: valuesOf(now), version: now.version }
  }
  return (
    <>
      <FormPage<Values>
        title={sound === undefined ? t('sounds.add') : values.name}
        crumbs={[{ to: 'sounds', word: t('menu.sounds') }]}
        actions={
          sound && (
            <button type="button" className="btn" onClick={() => setDeleting(true)}>
              {t('frame.delete')}
            </button>
          )
        }
        saved={{ values, version }}
        labels={t('sounds.fields', { returnObjects: true })}
        validate={(v) => missing(v, sound === undefined, t('field.required'))}
        save={save}
        reload={latest}
        onSaved={toList}
        onCancel={() => void open('sounds')}
        below={sound && <AuditTrail subject="sound" id={sound.id} />}
      >
        {(form) => <Fields form={form} sound={sound} />}
      </FormPage>
      {deleting && sound && (
        <DeleteDialog
          path={`/admin/sounds/${sound.id}`}
          name={sound.name}
          onDeleted={toList}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

function missing(v: Values, isNew: boolean, word: string): Record<string, string> {
  const wrong: Record<string, string> = {}
  if (v.name.trim() === '') wrong.name = word
  if (v.kind === 'announcement' && v.words.trim() === '') wrong.words = word
  if (isNew && v.draft_id === '') wrong.draft_id = word
  return wrong
}

function Fields({ form, sound }: { form: FormOf<Values>; sound?: AdminSound }) {
  const { t } = useTranslation('admin')
  const fields = t('sounds.fields', { returnObjects: true })
  const services = useNamed('/admin/services')
  const { kind, language, words } = form.getValues()
  return (
    <>
      <Section title={t('sounds.part_general')}>
        <TextInput name="name" label={fields.name} required maxLength={200} {...form.getInputProps('name')} />
        <Select
          label={fields.kind}
          disabled={sound !== undefined}
          allowDeselect={false}
          data={(['announcement', 'music'] as const).map((k) => ({ value: k, label: t(`sounds.values.kind.${k}`) }))}
          {...form.getInputProps('kind')}
        />
        <Select
          label={fields.service_id}
          allowDeselect={false}
          data={[
            { value: '', label: t('sounds.everywhere') },
            ...services.map((s) => ({ value: s.id, label: s.name })),
          ]}
          {...form.getInputProps('service_id')}
        />
        <Select
          label={fields.language}
          allowDeselect={false}
          data={languageCodes.map((code) => ({ value: code, label: t(`services.values.languages.${code}`) }))}
          {...form.getInputProps('language')}
        />
      </Section>
      <Section title={t('sounds.part_sound')} hint={kind === 'announcement' ? t('sounds.wordsHint') : undefined}>
        {kind === 'announcement' && (
          <Textarea name="words" label={fields.words} required autosize minRows={3} {...form.getInputProps('words')} />
        )}
        {sound && (
          <Player
            path={`/admin/sounds/${sound.id}/sound`}
            name={sound.name}
            lengthMs={sound.length_ms}
            shape={sound.shape}
          />
        )}
        <SoundMaker
          words={kind === 'announcement' ? words : null}
          language={language}
          onMade={(draft) => form.setFieldValue('draft_id', draft.id)}
        />
        {form.errors.draft_id && (
          <p className="strip" data-s="dead">
            {t('sounds.noSound')}
          </p>
        )}
      </Section>
    </>
  )
}
