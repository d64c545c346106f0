import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminPhone, PhoneSettings } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { valueWords } from '../audit/words.ts'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { FormPage } from '../form/FormPage.tsx'
import { Loaded } from '../form/Loaded.tsx'
import { Section } from '../form/Section.tsx'
import { useItem } from '../form/useItem.ts'
import { useOpen } from '../frame/paths.tsx'
import { PhoneNow } from './PhoneNow.tsx'

type Values = PhoneSettings & Record<string, unknown>

function valuesOf({ cti_id, cti_number, phone }: AdminPhone): Values {
  return { cti_id, cti_number, phone }
}

/** One user's CTI ID, CTI 번호 and telephone (PH-09, PH-10). */
export function PhoneForm({ id }: { id: string }) {
  const { item } = useItem<AdminPhone>('/admin/phones', id)
  return <Loaded item={item}>{(phone) => <Edit key={phone.version} phone={phone} />}</Loaded>
}

function Edit({ phone }: { phone: AdminPhone }) {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const path = `/admin/phones/${phone.id}`
  const { forget } = useItem<AdminPhone>('/admin/phones', phone.id)
  const [deleting, setDeleting] = useState(false)
  const toList = () => void forget().then(() => open('cti'))
  const fields = t('cti.fields', { returnObjects: true })
  const help = t('cti.help', { returnObjects: true })
  return (
    <>
      <FormPage<Values>
        title={phone.name}
        crumbs={[{ to: 'cti', word: t('menu.cti') }]}
        actions={
          phone.version > 0 && (
            <button type="button" className="btn" onClick={() => setDeleting(true)}>
              {t('frame.delete')}
            </button>
          )
        }
        saved={{ values: valuesOf(phone), version: phone.version }}
        labels={fields}
        valueWords={(field, value) => valueWords(t, 'phone', field, value)}
        save={(values, version) => request('PUT', path, { ...values, version })}
        reload={async () => {
          const now = await request<AdminPhone>('GET', path)
          return { values: valuesOf(now), version: now.version }
        }}
        onSaved={toList}
        onCancel={() => void open('cti')}
        below={
          <>
            <PhoneNow phone={phone} onIssued={() => void forget()} />
            <AuditTrail subject="phone" id={phone.id} />
          </>
        }
      >
        {(form) => (
          <Section title={t('cti.part_numbers')}>
            <TextInput
              name="cti_id"
              label={fields.cti_id}
              description={help.cti_id}
              required
              maxLength={64}
              {...form.getInputProps('cti_id')}
            />
            <TextInput
              name="cti_number"
              label={fields.cti_number}
              description={help.cti_number}
              required
              inputMode="numeric"
              maxLength={20}
              {...form.getInputProps('cti_number')}
            />
            <Select
              label={fields.phone}
              allowDeselect={false}
              data={['browser', 'desk'].map((value) => ({ value, label: valueWords(t, 'phone', 'phone', value) }))}
              {...form.getInputProps('phone')}
            />
          </Section>
        )}
      </FormPage>
      {deleting && <DeleteDialog path={path} name={phone.name} onDeleted={toList} onClose={() => setDeleting(false)} />}
    </>
  )
}
