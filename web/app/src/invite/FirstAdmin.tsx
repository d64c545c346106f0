import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PasswordField, pairErrors } from '../account/PasswordField.tsx'
import { fieldErrors } from '../account/words.ts'
import { ApiError, request } from '../api/client.ts'
import { holdEnter } from '../app/composing.ts'
import { refusalOf } from './InvitePage.tsx'

interface Props {
  token: string
  onDone: () => void
  onRefused: (refusal: ReturnType<typeof refusalOf>) => void
}

const empty = { organisation: '', name: '', login: '', email: '', password: '', again: '' }

/** Makes the organisation and its first 조직관리자: there is no password that a new installation begins with. */
export function FirstAdmin({ token, onDone, onRefused }: Props) {
  const { t, i18n } = useTranslation()
  const [values, setValues] = useState(empty)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const set = (field: keyof typeof empty) => (value: string) => setValues((was) => ({ ...was, [field]: value }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const required = t('password.required')
    const wrong: Record<string, string> = { ...pairErrors(values, { required, different: t('password.different') }) }
    for (const field of ['organisation', 'name', 'login'] as const) {
      if (values[field].trim() === '') wrong[field] = required
    }
    setErrors(wrong)
    if (Object.keys(wrong).length > 0) return
    setBusy(true)
    const { again: _, ...body } = values
    try {
      await request('POST', '/invitation/first-admin', { ...body, token, locale: i18n.language })
      onDone()
    } catch (error) {
      if (error instanceof ApiError && error.errors.length > 0) setErrors(fieldErrors(t, error.errors))
      else onRefused(refusalOf(error))
      setBusy(false)
    }
  }
  const text = (field: 'organisation' | 'name' | 'login' | 'email', complete: string) => (
    <TextInput
      label={t(`invite.${field}`)}
      name={field}
      required={field !== 'email'}
      autoComplete={complete}
      value={values[field]}
      error={errors[field]}
      onChange={(event) => set(field)(event.currentTarget.value)}
    />
  )
  return (
    <form onSubmit={(event) => void submit(event)} onKeyDown={holdEnter} noValidate>
      <p className="t2">{t('invite.firstLead')}</p>
      {text('organisation', 'organization')}
      {text('name', 'name')}
      {text('login', 'username')}
      {text('email', 'email')}
      <PasswordField
        label={t('invite.password')}
        name="password"
        hint={t('password.rule')}
        value={values.password}
        error={errors.password}
        onChange={set('password')}
      />
      <PasswordField
        label={t('invite.again')}
        name="again"
        value={values.again}
        error={errors.again}
        onChange={set('again')}
      />
      <Button type="submit" className="go" fullWidth loading={busy}>
        {t('invite.make')}
      </Button>
    </form>
  )
}
