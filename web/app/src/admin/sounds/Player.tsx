import { useTranslation } from 'react-i18next'
import { lengthWords } from './useSounds.ts'
import './sounds.css'

interface Props {
  /** Below /api/v1. */
  path: string
  name: string
  lengthMs: number
  shape: number[]
}

/** A sound that can be played here, and how loud it is along its length. */
export function Player({ path, name, lengthMs, shape }: Props) {
  const { t } = useTranslation('admin')
  const bars = shape.map((level, at) => {
    const height = Math.max(1, level * 0.4)
    return `M${at} ${20 - height / 2}v${height}`
  })
  return (
    <div className="soundplayer stack">
      <svg viewBox={`-1 0 ${shape.length + 1} 40`} preserveAspectRatio="none" role="img" aria-label={t('sounds.shape')}>
        <path d={bars.join('')} />
      </svg>
      <div className="row">
        {/* biome-ignore lint/a11y/useMediaCaption: its words stand in the field beside it */}
        <audio controls preload="none" src={`/api/v1${path}`} aria-label={t('sounds.play', { name })} />
        <span className="num t2">{lengthWords(lengthMs)}</span>
      </div>
    </div>
  )
}
