import { IconMicrophone, IconPlug } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { MediaProblemStrip } from './MediaProblem.tsx'
import { RetryLine } from './RetryLine.tsx'
import { Strip } from './Strip.tsx'

/** After CTI 로그인, until the audio is up. */
export function Connecting() {
  const { t } = useTranslation()
  const { media } = useDesk()
  const place = useWorkplace()
  const asking = media.phase === 'asking'
  return (
    <>
      {media.problem ? (
        <MediaProblemStrip problem={media.problem} />
      ) : (
        <Strip look={asking ? 'ring' : 'work'} icon={asking ? IconMicrophone : IconPlug}>
          <b>{asking ? t('phone.asking') : media.phase === 'lost' ? t('mic.unreachable') : t('phone.connecting')}</b>
          {asking && (
            <>
              <br />
              {t('phone.askingHint')}
            </>
          )}
          {media.phase === 'lost' && (
            <>
              <br />
              {t('mic.unreachableHint')} <RetryLine retryAt={media.retryAt} />
            </>
          )}
        </Strip>
      )}
      {media.phase === 'lost' && (
        <button type="button" className="btn full" onClick={() => place.desk.retryMedia()}>
          {t('phone.retryNow')}
        </button>
      )}
      <button type="button" className="btn full" onClick={() => void place.desk.signOut()}>
        {t('phone.cancel')}
      </button>
    </>
  )
}
