import { IconPlugConnectedX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { MediaProblemStrip } from './MediaProblem.tsx'
import { RetryLine } from './RetryLine.tsx'
import { Strip } from './Strip.tsx'

/** The call is on, but this page has no sound of it. */
export function MediaLost() {
  const { t } = useTranslation()
  const { media } = useDesk()
  const { desk } = useWorkplace()
  if (media.phase === 'up' || media.phase === 'elsewhere') return null
  const underWay = media.phase === 'asking' || media.phase === 'connecting'
  return (
    <>
      <Strip look={underWay ? 'work' : 'dead'} icon={IconPlugConnectedX} alert>
        <b>{underWay ? t('phone.connectingInCall') : t('phone.lostInCall')}</b>{' '}
        {media.phase === 'lost' && !media.problem && (
          <>
            {t('phone.lostInCallHint')} <RetryLine retryAt={media.retryAt} />
          </>
        )}
      </Strip>
      {media.problem && <MediaProblemStrip problem={media.problem} />}
      {!underWay && (
        <button type="button" className="btn full" onClick={() => desk.retryMedia()}>
          {t('phone.retryNow')}
        </button>
      )}
    </>
  )
}
