import { MultiSelect, NumberInput, PasswordInput, Select, Switch, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminTrunk, TrunkSettings } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { valueWords } from '../audit/words.ts'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { type FormOf, FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { TrunkNow } from './TrunkNow.tsx'

type Values = TrunkSettings & { password: string } & Record<string, unknown>

const fresh = {
  name: '',
  enabled: true,
  address: '',
  port: 5060,
  transport: 'udp',
  registers: false,
  username: '',
  password: '',
  codecs: ['alaw', 'ulaw'],
  sources: [],
  numbers: [],
  lines: 30,
} satisfies Values

function valuesOf({ id: _, version: __, state: ___, has_password: ____, ...settings }: AdminTrunk): Values {
  return { ...settings, password: '' }
}

/** One trunk: made, changed, tried, deleted. */
export function TrunkForm({ id }: { id?: string }) {
  const { item } = useItem<AdminTrunk>('/admin/trunks', id)
  if (id === undefined) return <Edit />
  return <Loaded item={item}>{(trunk) => <Edit trunk={trunk} />}</Loaded>
}

function Edit({ trunk }: { trunk?: AdminTrunk }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const { forget } = useItem<AdminTrunk>('/admin/trunks', trunk?.id)
  const [deleting, setDeleting] = useState(false)
  const toList = () => void forget().then(() => open('trunks'))
  const path = `/admin/trunks/${trunk?.id}`
  const save = (changed: Values, seen: number) =>
    trunk ? request('PUT', path, { ...changed, version: seen }) : request('POST', '/admin/trunks', changed)
  const latest = async () => {
    const now = await request<AdminTrunk>('GET', path)
    return { values: valuesOf(now), version: now.version }
  }
  return (
    <>
      <FormPage<Values>
        title={trunk ? trunk.name : t('trunks.add')}
        crumbs={[{ to: 'trunks', word: t('menu.trunks') }]}
        actions={
          trunk && (
            <button type="button" className="btn" onClick={() => setDeleting(true)}>
              {t('frame.delete')}
            </button>
          )
        }
        saved={{ values: trunk ? valuesOf(trunk) : fresh, version: trunk?.version ?? 0 }}
        labels={t('trunks.fields', { returnObjects: true })}
        valueWords={(field, value) => (field === 'password' ? '' : valueWords(t, 'trunk', field, value))}
        save={save}
        reload={latest}
        onSaved={toList}
        onCancel={() => void open('trunks')}
        below={
          trunk && (
            <>
              <TrunkNow trunk={trunk} />
              <AuditTrail subject="trunk" id={trunk.id} />
            </>
          )
        }
      >
        {(form) => <Fields form={form} kept={trunk?.has_password ?? false} />}
      </FormPage>
      {deleting && trunk && (
        <DeleteDialog path={path} name={trunk.name} onDeleted={toList} onClose={() => setDeleting(false)} />
      )}
    </>
  )
}

function Fields({ form, kept }: { form: FormOf<Values>; kept: boolean }) {
  const { t } = useTranslation('admin')
  const fields = t('trunks.fields', { returnObjects: true })
  const help = t('trunks.help', { returnObjects: true })
  const choices = (name: 'transport' | 'codecs', codes: string[]) =>
    codes.map((value) => ({ value, label: valueWords(t, 'trunk', name, value) }))
  return (
    <>
      <Section title={t('trunks.part_place')} hint={t('trunks.part_placeHint')}>
        <TextInput name="name" label={fields.name} required maxLength={200} {...form.getInputProps('name')} />
        <Switch name="enabled" label={fields.enabled} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <TextInput
          name="address"
          label={fields.address}
          description={help.address}
          required
          maxLength={253}
          {...form.getInputProps('address')}
        />
        <NumberInput name="port" label={fields.port} min={1} max={65535} hideControls {...form.getInputProps('port')} />
        <Select
          label={fields.transport}
          allowDeselect={false}
          data={choices('transport', ['udp', 'tcp'])}
          {...form.getInputProps('transport')}
        />
      </Section>
      <Section title={t('trunks.part_login')} hint={t('trunks.part_loginHint')}>
        <Switch
          name="registers"
          label={fields.registers}
          description={help.registers}
          {...form.getInputProps('registers', { type: 'checkbox' })}
        />
        <TextInput name="username" label={fields.username} autoComplete="off" {...form.getInputProps('username')} />
        <PasswordInput
          name="password"
          label={fields.password}
          description={kept ? t('trunks.passwordKept') : undefined}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': fields.password }}
          {...form.getInputProps('password')}
        />
      </Section>
      <Section title={t('trunks.part_calls')}>
        <MultiSelect
          label={fields.codecs}
          description={help.codecs}
          data={choices('codecs', ['alaw', 'ulaw'])}
          {...form.getInputProps('codecs')}
        />
        <TagsInput label={fields.numbers} description={help.numbers} {...form.getInputProps('numbers')} />
        <TagsInput label={fields.sources} description={help.sources} {...form.getInputProps('sources')} />
        <NumberInput
          name="lines"
          label={fields.lines}
          description={help.lines}
          min={1}
          max={10000}
          {...form.getInputProps('lines')}
        />
      </Section>
    </>
  )
}
