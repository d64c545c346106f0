import { IconPhoneOutgoing } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { memo, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTitle } from '../app/deskContext.ts'
import { formatNumber } from '../format/phone.ts'
import { shortTime } from '../format/time.ts'
import { spanWords } from '../panel/caller.ts'
import { CallIcon } from './CallIcon.tsx'
import { canRedial, endedWord, isMissed, type PastCall, resultWord, useHistory, useHistoryRefresh } from './calls.ts'
import { Sounded } from './Sounded.tsx'
import { useRedial } from './useRedial.ts'

/** 내 통화 기록: the agent's own calls, newest first. */
export function HistoryList() {
  const { t } = useTranslation()
  useTitle(t('history.title'))
  const [missed, setMissed] = useState(false)
  return (
    <div className="page history" data-testid="history">
      <header className="row">
        <h1 className="grow">{t('history.title')}</h1>
        <div className="seg" role="radiogroup" aria-label={t('history.filter')}>
          <Choice on={!missed} label={t('history.filterAll')} choose={() => setMissed(false)} />
          <Choice on={missed} label={t('history.filterMissed')} choose={() => setMissed(true)} />
        </div>
      </header>
      <Calls missed={missed} />
    </div>
  )
}

function Choice({ on, label, choose }: { on: boolean; label: string; choose: () => void }) {
  return (
    <label className={on ? 'on' : undefined}>
      <input type="radio" name="history-filter" className="vh" checked={on} onChange={choose} />
      {label}
    </label>
  )
}

function Calls({ missed }: { missed: boolean }) {
  const { t } = useTranslation()
  useHistoryRefresh()
  const history = useHistory(missed, 50)
  const redial = useRedial()
  const latest = useRef(redial)
  useEffect(() => {
    latest.current = redial
  })
  const call = useCallback((number: string) => latest.current?.(number), [])
  if (history.isPending) {
    return (
      <p className="t2" aria-busy="true">
        {t('app.loading')}
      </p>
    )
  }
  if (history.isError && !history.data) {
    return (
      <div className="empty" role="alert">
        <h2>{t('history.failed')}</h2>
        <button type="button" className="btn" onClick={() => void history.refetch()}>
          {t('app.retry')}
        </button>
      </div>
    )
  }
  const past = history.data.pages.flatMap((page) => page.calls)
  if (past.length === 0) {
    return (
      <div className="empty">
        <h2>{t(missed ? 'history.emptyMissed' : 'history.empty')}</h2>
        {!missed && <p>{t('history.emptyHint')}</p>}
      </div>
    )
  }
  return (
    <>
      <ul className="panel calls">
        {past.map((one) => (
          <Row key={one.id} call={one} redial={redial ? call : null} />
        ))}
      </ul>
      {history.hasNextPage && (
        <button
          type="button"
          className="btn"
          aria-busy={history.isFetchingNextPage}
          disabled={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t('history.more')}
        </button>
      )}
    </>
  )
}

/** One call. There may be a thousand: each is drawn anew only when it has changed. */
const Row = memo(function Row({ call, redial }: { call: PastCall; redial: ((number: string) => void) | null }) {
  const { t } = useTranslation()
  const number = formatNumber(call.number) || t('history.noNumber')
  const ended = endedWord(call)
  const facts = [
    call.talk_ms > 0 && t('history.talked', { span: spanWords(call.talk_ms, t) }),
    call.hold_ms > 0 && t('history.held', { span: spanWords(call.hold_ms, t) }),
    ended && t(ended),
    call.queue,
  ].filter(Boolean)
  return (
    <li className="past" data-result={call.result} data-direction={call.direction}>
      <CallIcon call={call} />
      <div className="grow">
        <div className="row">
          <span className="m cut">{call.name || <span className="num">{number}</span>}</span>
          {call.name && <span className="sm t2 num">{number}</span>}
          <span className="pill" data-s={isMissed(call) ? 'dead' : 'work'}>
            {t(resultWord(call))}
          </span>
        </div>
        <div className="sm t2">
          {[t(`history.${call.direction}`), ...facts].join(' · ')} ·{' '}
          <Link to="/calls/$call" params={{ call: call.call }} aria-label={t('story.openOf', { number })}>
            {t('story.open')}
          </Link>
        </div>
        {call.quality && <Sounded quality={call.quality} />}
      </div>
      {call.ticket !== null && (
        <Link className="sm nowrap" to="/tickets/$number" params={{ number: String(call.ticket) }}>
          {t('history.ticket', { number: call.ticket })}
        </Link>
      )}
      <time className="sm t2" dateTime={call.started_at}>
        {shortTime(call.started_at)}
      </time>
      <button
        type="button"
        className="btn small"
        disabled={!redial || !canRedial(call)}
        aria-label={t('history.redialOf', { number })}
        onClick={() => redial?.(call.number)}
      >
        <IconPhoneOutgoing className="i s" stroke={1.75} aria-hidden />
        <span className="only-wide">{t('history.redial')}</span>
      </button>
    </li>
  )
})
