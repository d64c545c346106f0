import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../api/client.ts'
import { holdEnter } from '../app/composing.ts'
import { PasswordField, pairErrors } from './PasswordField.tsx'
import { fieldErrors } from './words.ts'

const empty = { old: '', password: '', again: '' }

/** Changes one's own password. The old one is asked for; the other sessions end. */
export function PasswordForm({ login }: { login: string }) {
  const { t } = useTranslation()
  const [values, setValues] = useState(empty)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const set = (field: keyof typeof empty) => (value: string) => setValues((was) => ({ ...was, [field]: value }))

  const change = async (event: FormEvent) => {
    event.preventDefault()
    const required = t('password.required')
    const wrong: Record<string, string> = {
      ...pairErrors(values, { required, different: t('password.different') }),
      ...(values.old === '' && { old: required }),
    }
    setErrors(wrong)
    setProblem(null)
    if (Object.keys(wrong).length > 0) return
    setBusy(true)
    try {
      await request('PUT', '/account/password', { old: values.old, new: values.password })
      setValues(empty)
      notifications.show({ message: t('account.changed') })
    } catch (error) {
      const refused = error instanceof ApiError ? error : null
      if (refused?.errors.length) {
        const { new: password, ...others } = fieldErrors(t, refused.errors)
        setErrors({ ...others, ...(password && { password }) })
      } else if (refused?.code === 'too_many_attempts')
        setProblem(t('signin.throttled', { seconds: refused.retryAfter }))
      else setProblem(t('account.failed'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section aria-labelledby="account-password">
      <h2 id="account-password">{t('account.password')}</h2>
      <form onSubmit={(event) => void change(event)} onKeyDown={holdEnter} noValidate>
        {problem && (
          <p className="strip" data-s="dead" role="alert">
            {problem}
          </p>
        )}
        <input type="text" name="username" autoComplete="username" value={login} readOnly hidden />
        <PasswordField
          label={t('account.old')}
          name="old"
          current
          value={values.old}
          error={errors.old}
          onChange={set('old')}
        />
        <PasswordField
          label={t('account.new')}
          name="new"
          hint={t('password.rule')}
          value={values.password}
          error={errors.password}
          onChange={set('password')}
        />
        <PasswordField
          label={t('account.again')}
          name="again"
          value={values.again}
          error={errors.again}
          onChange={set('again')}
        />
        <div className="row">
          <button type="submit" className="btn primary" disabled={busy} aria-busy={busy}>
            {t('account.change')}
          </button>
        </div>
      </form>
    </section>
  )
}
