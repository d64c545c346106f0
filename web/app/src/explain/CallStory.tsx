import { IconList } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'
import type { CallEvent, CallEvents } from '../api/types.ts'
import { useTitle } from '../app/deskContext.ts'
import { formatNumber } from '../format/phone.ts'
import { day, second } from '../format/time.ts'
import { spanWords } from '../panel/caller.ts'
import './story.css'
import { type Forms, gap, isGone, lookOfEvent, sentence, useStory } from './story.ts'

/** One call: what became of it and why, oldest first. */
export function CallStory({ call }: { call: string }) {
  const { t } = useTranslation()
  const story = useStory(call)
  useTitle(t('story.title'))
  return (
    <section className="page history story" aria-label={t('story.title')} data-testid="story">
      <nav className="wtabs" aria-label={t('story.back')}>
        <Link to="/calls">
          <IconList className="i s" stroke={1.75} aria-hidden />
          {t('story.back')}
        </Link>
      </nav>
      <header className="row">
        <h1 className="grow">{t('story.title')}</h1>
        {story.data && <When events={story.data.events} />}
      </header>
      {story.data ? (
        <Told story={story.data} stale={story.isError} />
      ) : story.isError ? (
        <Untold error={story.error} onRetry={() => void story.refetch()} />
      ) : story.fetchStatus === 'paused' ? (
        <Untold error={new ApiError(0, 'unreachable')} onRetry={() => void story.refetch()} />
      ) : (
        <p className="empty t2" aria-busy="true">
          {t('app.loading')}
        </p>
      )}
    </section>
  )
}

function When({ events }: { events: CallEvent[] }) {
  const first = events[0]
  if (!first) return null
  return (
    <time className="t2 num" dateTime={first.at}>
      {day(first.at)} {second(first.at)}
    </time>
  )
}

function Told({ story, stale }: { story: CallEvents; stale: boolean }) {
  const { t } = useTranslation()
  return (
    <div className="panel told">
      {(stale || !story.complete) && (
        <p className="sm t2" role="status">
          {t(stale ? 'story.stale' : 'story.incomplete')}
        </p>
      )}
      <ol className="tl">
        {story.events.map((event, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events only come at the end, and have no other name.
          <Happened key={n} event={event} before={story.events[n - 1]?.at} />
        ))}
      </ol>
    </div>
  )
}

function Happened({ event, before }: { event: CallEvent; before: string | undefined }) {
  const { t, i18n } = useTranslation()
  const forms: Forms = { span: (ms) => spanWords(ms, t), number: formatNumber }
  const after = gap(event.at, before)
  return (
    <li data-code={event.code}>
      <time className="num" dateTime={event.at} title={day(event.at)}>
        {second(event.at)}
      </time>
      <span className="pt" data-s={lookOfEvent(event.code)} />
      <div>
        {sentence(event, i18n.language, forms)}
        {after !== undefined && after >= 1000 && (
          <span className="t3"> · {t('story.after', { span: spanWords(after, t) })}</span>
        )}
        {event.why.length > 0 && (
          <ul className="why t2">
            {event.why.map((why) => (
              <li key={why.code}>{sentence(why, i18n.language, forms)}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}

function Untold({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation()
  if (isGone(error)) {
    return (
      <div className="empty" role="alert">
        <h2>{t('story.notFound')}</h2>
        <p>{t('story.notFoundHint')}</p>
      </div>
    )
  }
  const offline = error instanceof ApiError && error.code === 'unreachable'
  const away = error instanceof ApiError && error.code === 'database_unavailable'
  return (
    <div className="empty" role="alert">
      <h2>{t(offline ? 'story.offline' : 'story.failed')}</h2>
      <p>{t(offline ? 'story.offlineHint' : away ? 'story.awayHint' : 'story.failedHint')}</p>
      <button type="button" className="btn" onClick={onRetry}>
        {t('app.retry')}
      </button>
    </div>
  )
}
