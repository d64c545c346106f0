import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminQueue } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { valueWords } from '../audit/words.ts'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { may, useSession } from '../frame/rights.ts'
import { useNamed } from '../people/useNamed.ts'
import { Members } from './Members.tsx'
import { RemoveQueue } from './RemoveQueue.tsx'
import { bodyOf, fresh, missing, type QueueValues, strategies, strategyWord, valuesOf } from './settings.ts'
import './queues.css'

/** One queue: made, changed, replaced, deleted. */
export function QueueForm({ id }: { id?: string }) {
  const { item } = useItem<AdminQueue>('/admin/queues', id)
  const services = useNamed('/admin/services')
  if (id === undefined) {
    const only = services.length === 1 ? services[0]?.id : ''
    return <Edit key={only} values={{ ...fresh, service: only ?? '' }} version={0} />
  }
  return (
    <Loaded item={item}>{(queue) => <Edit queue={queue} values={valuesOf(queue)} version={queue.version} />}</Loaded>
  )
}

function Edit({ queue, values, version }: { queue?: AdminQueue; values: QueueValues; version: number }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const session = useSession()
  const { forget } = useItem<AdminQueue>('/admin/queues', queue?.id)
  const [removing, setRemoving] = useState(false)
  const toList = () => void forget().then(() => open('queues'))
  const save = (changed: QueueValues, seen: number) =>
    queue
      ? request('PUT', `/admin/queues/${queue.id}`, { ...bodyOf(changed), version: seen })
      : request('POST', '/admin/queues', bodyOf(changed))
  const latest = async () => {
    const now = await request<AdminQueue>('GET', `/admin/queues/${queue?.id}`)
    return { values: valuesOf(now), version: now.version }
  }
  const words = (field: string, value: unknown) =>
    field === 'members' && Array.isArray(value)
      ? value.map((m: { name: string; priority: number }) => `${m.name} (${m.priority})`).join(', ')
      : valueWords(t, 'queue', field, value)
  return (
    <>
      <FormPage<QueueValues>
        title={queue ? values.name : t('queues.add')}
        crumbs={[{ to: 'queues', word: t('menu.queues') }]}
        actions={
          queue && session && may(session, 'service') ? (
            <button type="button" className="btn" onClick={() => setRemoving(true)}>
              {t('frame.delete')}
            </button>
          ) : undefined
        }
        saved={{ values, version }}
        labels={t('queues.fields', { returnObjects: true })}
        valueWords={words}
        validate={(v) => ({
          ...(v.service ? {} : { service: t('field.required') }),
          ...(v.name.trim() ? {} : { name: t('field.required') }),
          ...(v.number.trim() ? {} : { number: t('field.required') }),
        })}
        save={save}
        reload={latest}
        onSaved={toList}
        onCancel={() => void open('queues')}
        below={queue && <AuditTrail subject="queue" id={queue.id} />}
      >
        {(form) => <Fields form={form} made={queue !== undefined} />}
      </FormPage>
      {removing && queue && <RemoveQueue queue={queue} onGone={toList} onClose={() => setRemoving(false)} />}
    </>
  )
}

function Fields({ form, made }: { form: FormOf<QueueValues>; made: boolean }) {
  const { t } = useTranslation('admin')
  const services = useNamed('/admin/services')
  const fields = t('queues.fields', { returnObjects: true })
  const help = t('queues.help', { returnObjects: true })
  const { members, skills, music, service } = form.getValues()
  const able = members.some((m) => !m.no_phone && missing(skills, m).length === 0)
  const number = (name: keyof typeof fields & keyof typeof help, min: number, max: number) => (
    <NumberInput
      name={name}
      label={fields[name]}
      description={help[name]}
      min={min}
      max={max}
      clampBehavior="none"
      allowDecimal={false}
      {...form.getInputProps(name)}
    />
  )
  return (
    <>
      {made && !able && (
        <p className="strip" data-s="break" role="status">
          <span>
            <b>{t('queues.nobody')}.</b> {t('queues.nobodyHint')}
          </span>
        </p>
      )}
      <Section title={t('queues.part_general')}>
        <Select
          name="service"
          label={fields.service}
          required
          disabled={made}
          allowDeselect={false}
          data={services.map((s) => ({ value: s.id, label: s.name }))}
          {...form.getInputProps('service')}
          onChange={(value) => form.setValues({ service: value ?? '', members: [] })}
        />
        <TextInput name="name" label={fields.name} required maxLength={200} {...form.getInputProps('name')} />
        <TextInput
          name="number"
          label={fields.number}
          description={help.number}
          required
          inputMode="numeric"
          maxLength={20}
          {...form.getInputProps('number')}
        />
      </Section>
      <Section title={t('queues.part_share')} hint={t('queues.part_shareHint')}>
        <Select
          name="strategy"
          label={fields.strategy}
          allowDeselect={false}
          data={strategies.map((code) => ({ value: code, label: strategyWord(t, code) }))}
          {...form.getInputProps('strategy')}
        />
        <TagsInput
          name="skills"
          label={fields.skills}
          description={help.skills}
          clearable={false}
          maxTags={20}
          {...form.getInputProps('skills')}
        />
        {number('reclaim_seconds', 1, 600)}
        {number('miss_limit', 0, 100)}
      </Section>
      <Section title={t('queues.part_wait')}>
        {number('waiting_limit', 0, 10_000)}
        {number('answer_seconds', 1, 3600)}
        {number('say_every_seconds', 0, 600)}
        <Music value={music} form={form} />
      </Section>
      <Section title={t('queues.part_members')} hint={t('queues.part_membersHint')}>
        <Members form={form} service={service} />
      </Section>
    </>
  )
}

/** The hold music: the usual one, or a class that was made for the organisation. */
function Music({ value, form }: { value: string; form: FormOf<QueueValues> }) {
  const { t } = useTranslation('admin')
  const own = value ? [{ value, label: value }] : []
  return (
    <Select
      name="music"
      label={t('queues.fields.music')}
      allowDeselect={false}
      data={[{ value: '', label: t('queues.usualMusic') }, ...own]}
      {...form.getInputProps('music')}
    />
  )
}
