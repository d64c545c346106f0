import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../api/client.ts'
import type { Announcement } from '../api/types.ts'
import { useSink } from '../devices/useDevices.ts'
import { clockTimer } from '../format/time.ts'

/** What the customer of the call will hear, word for word, and the very sound of it for the agent alone. */
export function HostileScript({ call }: { call: string }) {
  const { t } = useTranslation()
  const path = `/calls/${encodeURIComponent(call)}/hostile-end`
  const script = useQuery({
    queryKey: ['hostile-end', call],
    queryFn: () => request<Announcement>('GET', path),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  return (
    <div>
      <div className="row">
        <h3 className="sech grow">{t('hostile.script')}</h3>
        <Preview source={`/api/v1${path}/sound`} />
      </div>
      {script.isError ? (
        <p className="strip" data-s="break" role="alert">
          {t('hostile.scriptFailed')}
        </p>
      ) : (
        <blockquote lang="ko" aria-busy={script.isPending} data-testid="hostile-script">
          {script.data?.text ?? t('app.loading')}
        </blockquote>
      )}
    </div>
  )
}

function Preview({ source }: { source: string }) {
  const { t } = useTranslation()
  const audio = useRef<HTMLAudioElement>(null)
  const [state, setState] = useState<'still' | 'playing' | 'failed'>('still')
  const [seconds, setSeconds] = useState(0)
  useSink(audio)
  useEffect(() => {
    const element = audio.current
    if (!element) return
    const measure = () => setSeconds(Number.isFinite(element.duration) ? Math.round(element.duration) : 0)
    measure()
    element.addEventListener('durationchange', measure)
    return () => element.removeEventListener('durationchange', measure)
  }, [])
  const toggle = () => {
    const element = audio.current
    if (!element) return
    if (state === 'playing') {
      element.pause()
      return
    }
    element.currentTime = 0
    setState('playing')
    element.play().catch(() => setState(element.error ? 'failed' : 'still'))
  }
  const PlayIcon = state === 'playing' ? IconPlayerStop : IconPlayerPlay
  return (
    <>
      {state === 'failed' && (
        <span className="xs t2" role="alert">
          {t('hostile.previewFailed')}
        </span>
      )}
      <button type="button" className="btn small quiet" onClick={toggle} data-state={state}>
        <PlayIcon className="i s" stroke={1.75} aria-hidden />
        {t(state === 'playing' ? 'hostile.previewStop' : 'hostile.preview')}
        {seconds > 0 && <span className="num"> {clockTimer(seconds * 1000)}</span>}
      </button>
      {/* biome-ignore lint/a11y/useMediaCaption: its words stand below, in full. */}
      <audio
        ref={audio}
        src={source}
        preload="metadata"
        hidden
        onPause={() => setState('still')}
        onEnded={() => setState('still')}
        onError={() => setState('failed')}
      />
    </>
  )
}
