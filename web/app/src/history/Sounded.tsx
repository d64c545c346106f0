import { useTranslation } from 'react-i18next'
import type { CallQuality } from './calls.ts'

/** How a past call sounded: the word, and the figures for who wants them. */
export function Sounded({ quality }: { quality: CallQuality }) {
  const { t } = useTranslation()
  const seconds = (ms: number) => Math.max(1, Math.round(ms / 1000))
  const alarms = [
    quality.no_incoming_ms > 0 && t('history.noIncoming', { seconds: seconds(quality.no_incoming_ms) }),
    quality.no_outgoing_ms > 0 && t('history.noOutgoing', { seconds: seconds(quality.no_outgoing_ms) }),
    quality.dead_microphone_ms > 0 && t('history.deadMicrophone', { seconds: seconds(quality.dead_microphone_ms) }),
  ].filter(Boolean)
  return (
    <details className="sounded sm" data-grade={quality.grade}>
      <summary>{t('quality.label', { grade: t(`quality.${quality.grade}`) })}</summary>
      <p className="t2">
        {t('quality.figures', {
          mos: quality.mos.toFixed(1),
          rtt: Math.round(quality.rtt_ms),
          jitter: Math.round(quality.jitter_ms),
          loss: (quality.loss * 100).toFixed(1),
        })}
        {alarms.length > 0 && ` · ${alarms.join(' · ')}`}
      </p>
    </details>
  )
}
