import { TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../api/client.ts'
import type { Account } from '../api/types.ts'
import { holdEnter } from '../app/composing.ts'
import { chooseLanguage, type Language, languageNames, languages } from '../i18n/index.ts'
import { fieldErrors } from './words.ts'

/** What somebody sets for himself. */
export function OwnForm({ account }: { account: Account }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState(account.name)
  const [email, setEmail] = useState(account.email)
  const [locale, setLocale] = useState<string>(account.locale)
  const own = account.services.filter((s) => s.self_assign)
  const [assignable, setAssignable] = useState(() => Object.fromEntries(own.map((s) => [s.id, s.assignable])))
  const [errors, setErrors] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return setErrors({ name: t('password.required') })
    setBusy(true)
    setErrors({})
    setProblem(null)
    try {
      const saved = await request<Account>('PUT', '/account', {
        version: account.version,
        name,
        email,
        locale,
        assignable: Object.entries(assignable).map(([id, on]) => ({ id, assignable: on })),
      })
      chooseLanguage(saved.locale as Language)
      client.setQueryData(['account'], saved)
      await client.invalidateQueries({ queryKey: ['session'] })
      notifications.show({ message: t('account.saved') })
    } catch (error) {
      const refused = error instanceof ApiError ? error : null
      if (refused?.errors.length) setErrors(fieldErrors(t, refused.errors))
      else setProblem(t(refused?.code === 'edit_conflict' ? 'account.conflict' : 'account.failed'))
      if (refused?.code === 'edit_conflict') await client.invalidateQueries({ queryKey: ['account'] })
    } finally {
      setBusy(false)
    }
  }
  return (
    <section aria-labelledby="account-own">
      <h2 id="account-own">{t('account.part')}</h2>
      <form onSubmit={(event) => void save(event)} onKeyDown={holdEnter} noValidate>
        {problem && (
          <p className="strip" data-s="dead" role="alert">
            {problem}
          </p>
        )}
        <TextInput label={t('account.login')} value={account.login} readOnly />
        <TextInput
          label={t('account.name')}
          required
          autoComplete="name"
          value={name}
          error={errors.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('account.email')}
          type="email"
          autoComplete="email"
          value={email}
          error={errors.email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <label className="stack">
          <span className="sm">{t('account.locale')}</span>
          <select className="plain" value={locale} onChange={(event) => setLocale(event.currentTarget.value)}>
            {languages.map((language) => (
              <option key={language} value={language} lang={language}>
                {languageNames[language]}
              </option>
            ))}
          </select>
        </label>
        {own.length > 0 && (
          <fieldset>
            <legend>{t('account.assign')}</legend>
            <p className="sm t2">{t('account.assignHint')}</p>
            {own.map((service) => (
              <label key={service.id} className="row">
                <input
                  type="checkbox"
                  checked={assignable[service.id] ?? false}
                  onChange={(event) => {
                    const on = event.currentTarget.checked
                    setAssignable((was) => ({ ...was, [service.id]: on }))
                  }}
                />
                {service.name}
              </label>
            ))}
          </fieldset>
        )}
        <div className="row">
          <button type="submit" className="btn primary" disabled={busy} aria-busy={busy}>
            {t('account.save')}
          </button>
        </div>
      </form>
    </section>
  )
}
