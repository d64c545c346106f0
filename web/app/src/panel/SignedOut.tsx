import { IconAlertTriangle, IconPhone } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Trans, useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { MediaProblemStrip } from './MediaProblem.tsx'
import { Strip } from './Strip.tsx'

/** CTI 로그인 (PH-13), one's own data, and why it does not work. */
export function SignedOut() {
  const { t } = useTranslation()
  const { view, media, link } = useDesk()
  const place = useWorkplace()
  if (!view) return null
  const noNumber = view.agent.extension === ''
  const signIn = () => {
    place.tone.unlock()
    place.askNotifications()
    void place.desk.signIn()
  }
  return (
    <>
      <p>
        {t('phone.signInLead')}
        <br />
        <Trans i18nKey="phone.signInAfter" components={{ b: <b /> }} />
      </p>
      <button
        type="button"
        className="btn primary big full"
        disabled={noNumber || link.phase !== 'up'}
        onClick={signIn}
      >
        <IconPhone className="i" stroke={1.75} aria-hidden />
        {t('phone.signIn')}
      </button>
      <Link to="/phone/test" className="btn full">
        {t('preflight.title')}
      </Link>
      {noNumber && (
        <Strip look="dead" icon={IconAlertTriangle}>
          <b>{t('phone.noNumber')}</b>
          <br />
          {t('phone.noNumberHint')}
        </Strip>
      )}
      {(media.problem || !window.isSecureContext) && <MediaProblemStrip problem={media.problem ?? 'insecure'} />}
      <hr />
      <div>
        <h3 className="sech">{t('phone.myData')}</h3>
        <dl className="kv">
          <dt>{t('phone.name')}</dt>
          <dd>{view.agent.name}</dd>
          {!noNumber && (
            <>
              <dt>{t('phone.ctiNumber')}</dt>
              <dd className="num">{view.agent.extension}</dd>
            </>
          )}
        </dl>
      </div>
    </>
  )
}
