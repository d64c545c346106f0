import { IconMicrophoneOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { MediaProblem } from '../phone/media.ts'
import { Strip } from './Strip.tsx'

/** Why there is no sound, and how to mend it. */
export function MediaProblemStrip({ problem }: { problem: MediaProblem }) {
  const { t } = useTranslation()
  return (
    <Strip look="dead" icon={IconMicrophoneOff} alert>
      <b>{t(`mic.${problem}`)}</b>
      <br />
      {t(`mic.${problem}Hint`)} {t('mic.noReady')}
    </Strip>
  )
}
