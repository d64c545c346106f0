import { IconPhone } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatNumber } from '../format/phone.ts'
import { shortTime } from '../format/time.ts'
import { spanWords } from '../panel/caller.ts'
import { CallIcon } from './CallIcon.tsx'
import { canRedial, type PastCall, resultWord, useHistory, useHistoryRefresh } from './calls.ts'
import { useRedial } from './useRedial.ts'

const shown = 5

/** The last calls, in the panel; 전체 보기 leads to all. */
export function RecentCalls() {
  const { t } = useTranslation()
  useHistoryRefresh()
  const calls = useHistory(false, shown).data?.pages[0]?.calls.slice(0, shown) ?? []
  return (
    <section aria-label={t('history.recent')}>
      <div className="row">
        <h3 className="sech grow">{t('history.recent')}</h3>
        <Link className="sm" to="/calls">
          {t('history.all')}
        </Link>
      </div>
      {calls.length === 0 ? (
        <p className="sm t2">{t('history.empty')}</p>
      ) : (
        <ul className="recent">
          {calls.map((call) => (
            <Row key={call.id} call={call} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Row({ call }: { call: PastCall }) {
  const { t } = useTranslation()
  const redial = useRedial()
  const number = formatNumber(call.number) || t('history.noNumber')
  const facts = [t(resultWord(call)), call.talk_ms > 0 && spanWords(call.talk_ms, t)].filter(Boolean)
  return (
    <li>
      <CallIcon call={call} />
      <div className="grow">
        <div className="sm cut">{call.name || <span className="num">{number}</span>}</div>
        <div className="xs t2 num">{facts.join(' · ')}</div>
      </div>
      <time className="xs t2" dateTime={call.started_at}>
        {shortTime(call.started_at)}
      </time>
      <button
        type="button"
        className="btn small quiet icon"
        disabled={!redial || !canRedial(call)}
        aria-label={t('history.redialOf', { number: call.name ? `${call.name} ${number}` : number })}
        onClick={() => redial?.(call.number)}
      >
        <IconPhone className="i s" stroke={1.75} aria-hidden />
      </button>
    </li>
  )
}
