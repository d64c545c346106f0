import { useTranslation } from 'react-i18next'
import { Logo } from '../shell/Logo.tsx'

/** The dark side of the sign-in page. */
export function Brand() {
  const { t } = useTranslation()
  return (
    <section className="brand" aria-label={t('app.name')}>
      <div className="mark">
        <Logo />
        {t('app.name')}
      </div>
      <div>
        <h2>
          {t('signin.promise1')}
          <br />
          {t('signin.promise2')}
        </h2>
        <p>{t('signin.promiseMore')}</p>
      </div>
      <div className="bell" aria-hidden="true">
        <svg
          viewBox="0 0 400 300"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          aria-hidden="true"
        >
          <path d="M90 225a110 110 0 0 1 220 0z" fill="currentColor" fillOpacity=".1" />
          <path d="M64 246h272" strokeWidth="7" />
          <path d="M200 113V90M182 84h36" strokeWidth="7" />
          <path d="M128 212a74 74 0 0 1 44-62" strokeWidth="5" opacity=".7" />
          <path d="M100 118a122 122 0 0 1 42-38M300 118a122 122 0 0 0-42-38" strokeWidth="3" opacity=".55" />
          <path d="M70 98a160 160 0 0 1 48-44M330 98a160 160 0 0 0-48-44" strokeWidth="3" opacity=".35" />
          <path d="M40 78a200 200 0 0 1 54-50M360 78a200 200 0 0 0-54-50" strokeWidth="3" opacity=".18" />
        </svg>
      </div>
    </section>
  )
}
