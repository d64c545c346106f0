import { IconMicrophoneOff, IconVolumeOff, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { useQuality } from './QualityBadge.tsx'
import type { Grade, OneWay } from './rules.ts'

/** One of the two hears nothing: said at once, in words, with what to do. The call itself goes on. */
export function OneWayAlarm() {
  const quality = useQuality()
  const call = useDesk().view?.call?.id ?? ''
  const [closed, setClosed] = useState('')
  const kind = quality?.oneWay ?? null
  const key = `${call} ${kind}`
  return (
    <>
      <QualityVoice grade={quality?.grade ?? null} />
      <div role="alert" data-testid="one-way">
        {kind && closed !== key && <Alarm kind={kind} onClose={() => setClosed(key)} />}
      </div>
    </>
  )
}

function Alarm({ kind, onClose }: { kind: OneWay; onClose: () => void }) {
  const { t } = useTranslation()
  const { desk } = useWorkplace()
  const windows = useWindows()
  const Icon = kind === 'no_incoming' ? IconVolumeOff : IconMicrophoneOff
  return (
    <div className="oneway" data-kind={kind}>
      <Icon className="i" stroke={1.75} aria-hidden />
      <div className="grow stack">
        <div>
          <b>{t(`quality.${kind}`)}</b>
          <div className="sm t2">{t(`quality.${kind}Hint`)}</div>
        </div>
        <div className="row">
          <button type="button" className="btn primary small" onClick={() => desk.media.reconnect()}>
            {t('quality.reconnect')}
          </button>
          <button type="button" className="btn small" onClick={() => windows.show('devices')}>
            {t('quality.settings')}
          </button>
        </div>
      </div>
      <button type="button" className="btn small quiet icon" aria-label={t('quality.close')} onClick={onClose}>
        <IconX className="i s" stroke={1.75} aria-hidden />
      </button>
    </div>
  )
}

/** The quality speaks only when it changes class. */
function QualityVoice({ grade }: { grade: Grade | null }) {
  const { t } = useTranslation()
  const before = useRef<Grade | null>(null)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const changed = grade !== null && before.current !== null && before.current !== grade
    before.current = grade
    if (changed && grade !== 'lost') setSaid(t('quality.changed', { grade: t(`quality.${grade}`) }))
    else if (grade === null) setSaid('')
  }, [grade, t])
  return (
    <div className="vh" role="status" aria-live="polite">
      {said}
    </div>
  )
}
