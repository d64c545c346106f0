import { IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useWorkplace } from '../app/deskContext.ts'
import type { StepId } from './verdict.ts'

/** Only a person knows whether a loudspeaker, or his voice, is heard. */
export function Question({ of: id }: { of: StepId }) {
  const { t } = useTranslation()
  const { preflight } = useWorkplace()
  const first = useRef<HTMLButtonElement>(null)
  // Whoever works here by keyboard is asked where he is; whoever types elsewhere is left alone.
  useEffect(() => {
    const at = document.activeElement
    if (!at || at === document.body || at.closest('.preflight')) first.current?.focus()
  }, [])
  const voice = id === 'voice'
  return (
    <div className="row answers">
      <button type="button" className="btn small primary" ref={first} onClick={() => preflight.heard(true)}>
        {t('preflight.heardYes')}
      </button>
      <button type="button" className="btn small" onClick={() => preflight.heard(false)}>
        {t('preflight.heardNo')}
      </button>
      <button type="button" className="btn small quiet" onClick={() => void preflight.playAgain(id)}>
        {t('preflight.playAgain')}
      </button>
      {voice && (
        <button type="button" className="btn small quiet" onClick={() => preflight.recordAgain()}>
          {t('preflight.recordAgain')}
        </button>
      )}
      {voice && <Skip />}
    </div>
  )
}

/** The recording need not be waited for. */
export function SkipVoice() {
  return (
    <div className="row answers">
      <Skip />
    </div>
  )
}

function Skip() {
  const { t } = useTranslation()
  const { preflight } = useWorkplace()
  return (
    <button type="button" className="btn small quiet" onClick={() => preflight.skipVoice()}>
      {t('preflight.skipVoice')}
    </button>
  )
}

/** Once more, after the check. */
export function HearAgain() {
  const { t } = useTranslation()
  const { preflight } = useWorkplace()
  return (
    <button type="button" className="btn small" onClick={() => void preflight.playAgain('voice')}>
      <IconPlayerPlay className="i s" stroke={1.75} aria-hidden />
      {t('preflight.playAgain')}
    </button>
  )
}
