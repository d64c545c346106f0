import { useTranslation } from 'react-i18next'
import { Logo } from '../shell/Logo.tsx'

export function Splash() {
  const { t } = useTranslation()
  return (
    <main className="splash" aria-busy="true">
      <Logo />
      <span className="vh">{t('app.loading')}</span>
    </main>
  )
}
