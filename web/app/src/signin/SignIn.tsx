import { Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconEye, IconEyeOff, IconHeadset } from '@tabler/icons-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { ApiError, request } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { holdEnter } from '../app/composing.ts'
import { chooseLanguage, type Language, languageNames, languages } from '../i18n/index.ts'
import { Brand } from './Brand.tsx'
import { useWait } from './useWait.ts'

interface Props {
  /** The session ended by itself. */
  ended: boolean
  onSignedIn: (session: Session) => void
  /** Somebody begins to sign in: what he will see next can be fetched. */
  onTyping: () => Promise<unknown>
}

type Problem = 'bad' | 'unreachable' | 'unavailable'

/** The sign-in page (GN-18, AG-01). */
export function SignIn({ onTyping, ...form }: Props) {
  const { t, i18n } = useTranslation()
  useEffect(() => {
    document.title = `${t('signin.title')} · Bellhop`
  }, [t])
  return (
    <main className="signin">
      <Brand />
      <section className="form" onInput={() => void onTyping().catch(() => undefined)}>
        <div className="langs">
          <SegmentedControl
            className="seg"
            size="sm"
            aria-label={t('signin.language')}
            value={i18n.language}
            onChange={(language) => chooseLanguage(language as Language)}
            data={languages.map((value) => ({ value, label: languageNames[value] }))}
          />
        </div>
        <Form {...form} />
      </section>
    </main>
  )
}

function Form({ ended, onSignedIn }: Omit<Props, 'onTyping'>) {
  const { t } = useTranslation()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState({ login: false, password: false })
  const passwordField = useRef<HTMLInputElement>(null)
  const { problem, busy, seconds, attempt } = useAttempt(onSignedIn, () => passwordField.current?.select())

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const empty = { login: login.trim() === '', password: password === '' }
    setMissing(empty)
    if (!empty.login && !empty.password) void attempt(login.trim(), password)
  }

  return (
    <form onSubmit={submit} onKeyDown={holdEnter} noValidate>
      <h1>{t('signin.title')}</h1>
      <p className="t2">{t('signin.lead')}</p>
      <Message problem={problem} seconds={seconds} ended={ended} />
      <TextInput
        label={t('signin.login')}
        size="lg"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        maxLength={256}
        value={login}
        error={missing.login && t('signin.loginMissing')}
        onChange={(event) => setLogin(event.currentTarget.value)}
        styles={{ input: { height: 44, minHeight: 44, fontSize: 14 } }}
      />
      <PasswordInput
        label={t('signin.password')}
        size="lg"
        name="password"
        autoComplete="current-password"
        maxLength={1024}
        ref={passwordField}
        value={password}
        error={missing.password && t('signin.passwordMissing')}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleIcon={Eye}
        visibilityToggleButtonProps={{ 'aria-label': t('signin.showPassword'), tabIndex: 0 }}
        styles={{ input: { height: 44, minHeight: 44 }, innerInput: { fontSize: 14 } }}
      />
      <Button type="submit" className="go" fullWidth loading={busy} disabled={seconds > 0}>
        {seconds > 0 ? t('signin.throttledButton', { seconds: seconds }) : t('signin.submit')}
      </Button>
      <div className="strip" data-s="work">
        <IconHeadset className="i s" stroke={1.75} aria-hidden />
        <span>
          <Trans i18nKey="signin.hint" components={{ b: <b /> }} />
        </span>
      </div>
    </form>
  )
}

/** Asks the server, and keeps why it said no and for how many seconds it wants to be left alone. */
function useAttempt(onSignedIn: Props['onSignedIn'], onRefused: () => void) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const wait = useWait()
  const attempt = async (login: string, password: string) => {
    if (busy || wait.seconds > 0) return
    setBusy(true)
    setProblem(null)
    try {
      onSignedIn(await request<Session>('POST', '/session', { login, password }))
    } catch (error) {
      setBusy(false)
      const refused = error instanceof ApiError ? error : new ApiError(0, 'unreachable')
      if (refused.code === 'too_many_attempts') wait.begin(refused.retryAfter || 10)
      else setProblem(problemOf(refused))
      onRefused()
    }
  }
  return { problem, busy, seconds: wait.seconds, attempt }
}

function Eye({ reveal }: { reveal: boolean }) {
  const Icon = reveal ? IconEyeOff : IconEye
  return <Icon className="i" stroke={1.75} aria-hidden />
}

/** Why the sign-in did not work. The seconds count down on the button; the sentence is said once. */
function Message({ problem, seconds, ended }: { problem: Problem | null; seconds: number; ended: boolean }) {
  const { t } = useTranslation()
  const text = seconds > 0 ? t('signin.throttled', { seconds }) : problem ? t(`signin.${problem}`) : null
  if (!text && !ended) return null
  if (!text) {
    return (
      <div className="strip" data-s="break">
        <span>{t('signin.ended')}</span>
      </div>
    )
  }
  return (
    <div className="strip" data-s="dead" role={seconds > 0 ? undefined : 'alert'}>
      <IconAlertTriangle className="i s" stroke={1.75} aria-hidden />
      <span>{text}</span>
    </div>
  )
}

function problemOf(error: ApiError): Problem {
  if (error.code === 'unreachable') return 'unreachable'
  return error.status === 401 || error.status === 422 ? 'bad' : 'unavailable'
}
