import '../account/account.css'
import { SegmentedControl } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../api/client.ts'
import type { Invitation } from '../api/types.ts'
import { chooseLanguage, type Language, languageNames, languages } from '../i18n/index.ts'
import { Brand } from '../signin/Brand.tsx'
import { FirstAdmin } from './FirstAdmin.tsx'
import { SetPassword } from './SetPassword.tsx'

type Refusal = 'link_used' | 'link_expired' | 'link_unknown' | 'unavailable'

/** What a one-time link leads to: a password to set, the first 조직관리자 to make, or why it does not work (AG-01). */
export function InvitePage() {
  const { t, i18n } = useTranslation()
  const [token] = useState(() => window.location.hash.slice(1))
  const [invitation, setInvitation] = useState<Invitation | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [done, setDone] = useState(false)
  const first = invitation?.purpose === 'first_admin'
  const title = t(first ? 'invite.firstTitle' : 'invite.title')
  useEffect(() => {
    document.title = `${title} · Bellhop`
  }, [title])
  useEffect(() => {
    request<Invitation>('POST', '/invitation', { token: token || '-' })
      .then(setInvitation)
      .catch((error: unknown) => setRefusal(refusalOf(error)))
  }, [token])
  return (
    <main className="signin invite">
      <Brand />
      <section className="form">
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
        {refusal && <Refused refusal={refusal} />}
        {done && <Done />}
        {invitation && !refusal && !done && (
          <>
            <h1>{title}</h1>
            {first ? (
              <FirstAdmin token={token} onDone={() => setDone(true)} onRefused={setRefusal} />
            ) : (
              <SetPassword token={token} invitation={invitation} onDone={() => setDone(true)} onRefused={setRefusal} />
            )}
          </>
        )}
      </section>
    </main>
  )
}

/** Why a link does not work. */
export function refusalOf(error: unknown): Refusal {
  const code = error instanceof ApiError ? error.code : ''
  const known = (['link_used', 'link_expired', 'link_unknown'] as const).find((k) => k === code)
  return known ?? 'unavailable'
}

function Refused({ refusal }: { refusal: Refusal }) {
  const { t } = useTranslation()
  return (
    <div role="alert">
      <h1>{t(`invite.${refusal}`)}</h1>
      <p className="t2">{t(`invite.${refusal}Hint`)}</p>
      <SignInLink />
    </div>
  )
}

function Done() {
  const { t } = useTranslation()
  return (
    <div role="status">
      <h1>{t('invite.done')}</h1>
      <SignInLink />
    </div>
  )
}

/** A link that loads anew: whoever was signed in here before may not be any more. */
function SignInLink() {
  const { t } = useTranslation()
  return (
    <p>
      <a className="btn primary" href="/">
        {t('invite.signIn')}
      </a>
    </p>
  )
}
