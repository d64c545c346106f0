import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PasswordField, pairErrors } from '../account/PasswordField.tsx'
import { fieldErrors } from '../account/words.ts'
import { ApiError, request } from '../api/client.ts'
import type { Invitation } from '../api/types.ts'
import { holdEnter } from '../app/composing.ts'
import { refusalOf } from './InvitePage.tsx'

interface Props {
  token: string
  invitation: Invitation
  onDone: () => void
  onRefused: (refusal: ReturnType<typeof refusalOf>) => void
}

/** Sets the first password, or another one. */
export function SetPassword({ token, invitation, onDone, onRefused }: Props) {
  const { t } = useTranslation()
  const [values, setValues] = useState({ password: '', again: '' })
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const wrong: Record<string, string> = {
      ...pairErrors(values, { required: t('password.required'), different: t('password.different') }),
    }
    setErrors(wrong)
    if (Object.keys(wrong).length > 0) return
    setBusy(true)
    try {
      await request('POST', '/invitation/password', { token, password: values.password })
      onDone()
    } catch (error) {
      if (error instanceof ApiError && error.errors.length > 0) setErrors(fieldErrors(t, error.errors))
      else onRefused(refusalOf(error))
      setBusy(false)
    }
  }
  const { login, name, organisation, purpose } = invitation
  return (
    <form onSubmit={(event) => void submit(event)} onKeyDown={holdEnter} noValidate>
      <p className="t2">{t(purpose === 'reset' ? 'invite.resetLead' : 'invite.lead', { login, name, organisation })}</p>
      <input type="text" name="username" autoComplete="username" value={login} readOnly hidden />
      <PasswordField
        label={t('invite.password')}
        name="password"
        hint={t('password.rule')}
        value={values.password}
        error={errors.password}
        onChange={(password) => setValues({ ...values, password })}
      />
      <PasswordField
        label={t('invite.again')}
        name="again"
        value={values.again}
        error={errors.again}
        onChange={(again) => setValues({ ...values, again })}
      />
      <Button type="submit" className="go" fullWidth loading={busy}>
        {t('invite.submit')}
      </Button>
    </form>
  )
}
