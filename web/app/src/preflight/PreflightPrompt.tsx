import { IconHeadset } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'

const laterKey = 'bellhop.preflight.later'

/** Offers the check before the first 대기 in this browser. It blocks nothing. */
export function PreflightPrompt() {
  const { t } = useTranslation()
  const { preflight } = useWorkplace()
  useSyncExternalStore(preflight.subscribe, preflight.getState)
  const { view, media } = useDesk()
  const [later, setLater] = useState(() => sessionStorage.getItem(laterKey) === '1')
  if (later || preflight.passed() || view?.presence !== 'default' || view.notice || media.phase !== 'up') return null
  const postpone = () => {
    sessionStorage.setItem(laterKey, '1')
    setLater(true)
  }
  return (
    <section className="notice" data-s="work" aria-label={t('preflight.title')} data-testid="preflight-prompt">
      <div className="row start">
        <IconHeadset className="i" stroke={1.75} aria-hidden />
        <div>
          <b>{t('preflight.promptTitle')}</b>
          <div className="sm">{t('preflight.prompt')}</div>
        </div>
      </div>
      <div className="row">
        <Link to="/phone/test" className="btn">
          {t('preflight.title')}
        </Link>
        <button type="button" className="btn quiet" onClick={postpone}>
          {t('preflight.later')}
        </button>
      </div>
    </section>
  )
}
