import { IconInfoCircle, IconPlugConnectedX, IconRefresh, IconVolumeOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { useDesk, useLocalSeconds, useWorkplace } from '../app/deskContext.ts'
import { hasPhone, inCall } from '../phone/state.ts'
import { serverNews } from './serverNews.ts'

/** A short loss is mended before anybody could read about it. */
const patienceMs = 1_000
/** After this long it is no hiccup any more. */
const longSeconds = 10

/** The line to the server is down: the call goes on, the screen catches up later. */
export function LinkBanner() {
  const { link } = useDesk()
  const [shown, setShown] = useState(false)
  useEffect(() => {
    setShown(false)
    if (link.lostAt === null) return
    const timer = setTimeout(() => setShown(true), patienceMs)
    return () => clearTimeout(timer)
  }, [link.lostAt])
  return shown && link.lostAt !== null ? <LostLink since={link.lostAt} /> : null
}

function LostLink({ since }: { since: number }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const place = useWorkplace()
  const seconds = useLocalSeconds(since)
  const long = seconds >= longSeconds
  return (
    <div className="banner" data-s={long ? 'dead' : 'break'}>
      <IconRefresh className="i" stroke={1.75} aria-hidden />
      <span className="grow">
        <b>{t('link.lost')}</b> {inCall(desk) ? t('link.lostInCall') : t('link.lostIdle')} {long && t('link.help')}
      </span>
      <span className="num">{t('link.for', { seconds })}</span>
      <button type="button" className="btn small" onClick={() => place.desk.retryLink()}>
        {t('link.retryNow')}
      </button>
    </div>
  )
}

/** The server is there, but the telephone switch is not. */
export function SwitchBanner() {
  const { view, link } = useDesk()
  if (!view || view.switch_up || view.fenced || link.phase !== 'up') return null
  return (
    <div className="banner" data-s="break" role="status">
      <IconPlugConnectedX className="i" stroke={1.75} aria-hidden />
      <span className="grow">
        <Trans i18nKey="phone.switchDown" components={{ b: <b /> }} />
      </span>
    </div>
  )
}

/** The server itself is in trouble, or is being replaced. Calls go on, or the agent is told that they cannot. */
export function ServerBanner() {
  const { view, link } = useDesk()
  const news = view && link.phase === 'up' ? serverNews(view) : null
  if (!news) return null
  return (
    <div
      className="banner"
      data-s={news === 'fenced' ? 'dead' : 'default'}
      role="status"
      data-testid={`server-${news}`}
    >
      <IconInfoCircle className="i" stroke={1.75} aria-hidden />
      <span className="grow">
        <Trans i18nKey={`server.${news}`} components={{ b: <b /> }} />
      </span>
    </div>
  )
}

/** Browsers keep a page silent until something in it was pressed. */
export function SoundBanner() {
  const { t } = useTranslation()
  const desk = useDesk()
  const { soundLocked, tone } = useWorkplace()
  useEffect(() => {
    if (!soundLocked) return
    const unlock = () => tone.unlock()
    window.addEventListener('pointerdown', unlock)
    window.addEventListener('keydown', unlock)
    return () => {
      window.removeEventListener('pointerdown', unlock)
      window.removeEventListener('keydown', unlock)
    }
  }, [soundLocked, tone])
  if (!soundLocked || !hasPhone(desk)) return null
  return (
    <div className="banner" data-s="ring">
      <IconVolumeOff className="i" stroke={1.75} aria-hidden />
      <span className="grow">
        <b>{t('phone.soundLocked')}</b>
      </span>
      <button type="button" className="btn small" onClick={() => tone.unlock()}>
        {t('phone.soundOn')}
      </button>
    </div>
  )
}
