import { Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminService, ServiceHostileEnd } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { AdminPage } from '../frame/AdminPage.tsx'
import { useOpen } from '../frame/paths.tsx'
import { useNamed } from '../people/useNamed.ts'
import { Player } from './Player.tsx'
import { useSounds } from './useSounds.ts'

type Values = Record<string, string>

/** What a service's customers hear at 강성종료, in each of its languages (D15). */
export function HostileEnd() {
  const { t } = useTranslation('admin')
  const services = useNamed('/admin/services')
  const [chosen, setChosen] = useState<string | null>(null)
  const id = chosen ?? services[0]?.id ?? null
  const choice = (
    <Select
      label={t('sounds.fields.service_id')}
      value={id}
      allowDeselect={false}
      data={services.map((s) => ({ value: s.id, label: s.name }))}
      onChange={setChosen}
    />
  )
  if (id === null) return <AdminPage title={t('sounds.hostile.title')}>{choice}</AdminPage>
  return (
    <>
      <div className="page admin narrow">{choice}</div>
      <OfService key={id} id={id} />
    </>
  )
}

function OfService({ id }: { id: string }) {
  const { item } = useItem<AdminService>('/admin/services', id)
  const ends = useItem<ServiceHostileEnd>(`/admin/services/${id}`, 'hostile-end')
  return (
    <Loaded item={item}>
      {(service) => (
        <Loaded item={ends.item}>
          {(end) => <Edit service={service} end={end} latest={ends.reload} forget={ends.forget} />}
        </Loaded>
      )}
    </Loaded>
  )
}

interface EditProps {
  service: AdminService
  end: ServiceHostileEnd
  latest: () => Promise<ServiceHostileEnd>
  forget: () => Promise<void>
}

function Edit({ service, end, latest, forget }: EditProps) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const valuesOf = (e: ServiceHostileEnd): Values =>
    Object.fromEntries(service.languages.map((l) => [l, e.sounds[l] ?? '']))
  const words = Object.fromEntries(
    service.languages.map((l) => [l, t(`services.values.languages.${l}` as 'services.values.languages.ko')]),
  )
  return (
    <FormPage<Values>
      title={t('sounds.hostile.title')}
      hint={t('sounds.hostile.hint')}
      crumbs={[{ to: 'sounds', word: t('menu.sounds') }]}
      saved={{ values: valuesOf(end), version: end.version }}
      labels={words}
      save={(values, version) =>
        request('PUT', `/admin/services/${service.id}/hostile-end`, {
          version,
          sounds: Object.fromEntries(Object.entries(values).filter(([, id]) => id !== '')),
        })
      }
      reload={async () => {
        const now = await latest()
        return { values: valuesOf(now), version: now.version }
      }}
      onSaved={() => void forget().then(() => open('sounds'))}
      onCancel={() => void open('sounds')}
      below={<AuditTrail subject="hostile_end" id={service.id} />}
    >
      {(form) => (
        <Section title={service.name}>
          {service.languages.map((l) => (
            <Choice key={l} form={form} language={l} label={words[l] ?? l} service={service.id} />
          ))}
        </Section>
      )}
    </FormPage>
  )
}

interface ChoiceProps {
  form: FormOf<Values>
  language: string
  label: string
  service: string
}

function Choice({ form, language, label, service }: ChoiceProps) {
  const { t } = useTranslation('admin')
  const sounds = useSounds('announcement', service).filter((s) => s.language === language)
  const chosen = sounds.find((s) => s.id === form.getValues()[language])
  return (
    <div className="stack g3">
      <Select
        label={label}
        allowDeselect={false}
        data={[{ value: '', label: t('sounds.hostile.usual') }, ...sounds.map((s) => ({ value: s.id, label: s.name }))]}
        {...form.getInputProps(language)}
      />
      {chosen && (
        <>
          <p className="t2">{chosen.words}</p>
          <Player
            path={`/admin/sounds/${chosen.id}/sound`}
            name={chosen.name}
            lengthMs={chosen.length_ms}
            shape={chosen.shape}
          />
        </>
      )}
    </div>
  )
}
