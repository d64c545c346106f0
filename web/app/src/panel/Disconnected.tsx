import { IconPlugConnectedX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { MediaProblemStrip } from './MediaProblem.tsx'
import { RetryLine } from './RetryLine.tsx'
import { Strip } from './Strip.tsx'

/** 연결 끊김: signed in, but no sound. It reconnects by itself. */
export function Disconnected() {
  const { t } = useTranslation()
  const { media } = useDesk()
  const place = useWorkplace()
  return (
    <>
      <Strip look="dead" icon={IconPlugConnectedX} alert>
        <b>{t('phone.lostTitle')}</b>
        <br />
        {t('phone.lostHint')} {media.phase === 'lost' && !media.problem && <RetryLine retryAt={media.retryAt} />}
      </Strip>
      {media.problem && <MediaProblemStrip problem={media.problem} />}
      {media.phase !== 'elsewhere' && (
        <button type="button" className="btn full" onClick={() => place.desk.retryMedia()}>
          {t('phone.retryNow')}
        </button>
      )}
    </>
  )
}
