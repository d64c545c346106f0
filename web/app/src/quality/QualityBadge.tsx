import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useWorkplace } from '../app/deskContext.ts'
import type { QualityState } from './monitor.ts'
import type { Grade } from './rules.ts'

/** The sound of the call that is on; null without one, or where the sound is elsewhere. */
export function useQuality(): QualityState | null {
  const { quality } = useWorkplace()
  return useSyncExternalStore(quality.subscribe, quality.getState)
}

const bars: Record<Grade, number> = { good: 4, fair: 3, bad: 2, lost: 1 }

/** Four bars and a word: 좋음, 보통, 나쁨, 끊김. The figures are in the tooltip. */
export function QualityBadge() {
  const { t } = useTranslation()
  const state = useQuality()
  if (!state) return null
  const { grade } = state
  const figures = t('quality.figures', {
    mos: state.mos.toFixed(1),
    rtt: Math.round(state.rttMs),
    jitter: Math.round(state.jitterMs),
    loss: (state.loss * 100).toFixed(1),
  })
  return (
    <span
      className="quality"
      data-grade={grade}
      data-testid="quality"
      role="img"
      title={figures}
      aria-label={t('quality.label', { grade: t(`quality.${grade}`) })}
    >
      <svg viewBox="0 0 18 14" aria-hidden="true">
        {[0, 1, 2, 3].map((bar) => (
          <rect
            key={bar}
            x={bar * 4.6}
            y={10 - bar * 3.2}
            width="3"
            height={4 + bar * 3.2}
            rx="1"
            opacity={bar < bars[grade] ? 1 : 0.3}
          />
        ))}
      </svg>
      <span aria-hidden="true">{t(`quality.${grade}`)}</span>
    </span>
  )
}
