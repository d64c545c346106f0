import { IconLoader2, IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime, useWorkplace } from '../app/deskContext.ts'
import { formatNumber } from '../format/phone.ts'
import { pendingFor } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { callerNumber, spanWords } from './caller.ts'
import { StateShape } from './StateShape.tsx'

const lateMs = 60_000
const lastMs = 10_000

/** The offered call (PH-30 … PH-36): who, from where, how long he has waited, how long is left, and the two answers. */
export function OfferCard() {
  const call = useDesk().view?.call
  return call ? <Offer key={call.id + call.offered_at} call={call} /> : null
}

function Offer({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const ends = Date.parse(call.offer_ends_at)
  const now = useServerTime(ends)
  const left = Math.max(0, ends - now)
  const whole = Math.max(1, ends - Date.parse(call.offered_at))
  const pending = pendingFor(useDesk(), call.id)
  const answering = call.answering || pending?.action === 'accept'
  return (
    <section
      className="offer"
      aria-label={t('offer.label')}
      data-testid="offer-card"
      data-last={!answering && left <= Math.min(lastMs, whole / 3)}
      data-answering={answering}
    >
      <header>
        <StateShape look="ring" />
        <span className="grow">{answering ? t('offer.answering') : t('offer.title')}</span>
        {!answering && (
          <span className="num" role="timer" aria-label={t('offer.leftLabel')}>
            {t('offer.left', { seconds: Math.ceil(left / 1000) })}
          </span>
        )}
      </header>
      <div className="body">
        <div className="count" aria-hidden="true">
          <i style={{ transform: `scaleX(${Math.max(0, left - 1000) / whole})` }} />
        </div>
        <Caller call={call} />
        <Facts call={call} now={now} />
      </div>
      <Answers answering={answering} declining={pending?.action === 'decline'} />
    </section>
  )
}

function Caller({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const number = callerNumber(call, t)
  const name = call.caller.name && call.caller.name !== call.caller.number ? call.caller.name : ''
  const pill = call.reoffered && (
    <span className="pill" data-s="hold" title={t('offer.reofferedHint')}>
      {t('offer.reoffered')}
    </span>
  )
  if (name) {
    return (
      <div className="stack g1">
        <div className="row">
          <span className="who1">{name}</span>
          {pill}
        </div>
        <div className="tel">{number}</div>
      </div>
    )
  }
  return (
    <div className="stack g1">
      <div className="row">
        <span className="who1 tel1">{number}</span>
        {pill}
      </div>
      <div className="sm t2">{t('offer.unknown')}</div>
    </div>
  )
}

function Facts({ call, now }: { call: CallView; now: number }) {
  const { t } = useTranslation()
  const waited = now - Date.parse(call.queued_at)
  return (
    <dl className="kv">
      <dt>{t('offer.queue')}</dt>
      <dd className="m">{call.queue.name}</dd>
      <dt>{t('offer.service')}</dt>
      <dd>
        {call.service.name} · <span className="num">{formatNumber(call.dialled)}</span>
      </dd>
      <dt>{t('offer.waited')}</dt>
      <dd>
        <span className={waited >= lateMs ? 'num m late' : 'num m'} role="timer">
          {spanWords(waited, t)}
        </span>
      </dd>
    </dl>
  )
}

function Answers({ answering, declining }: { answering: boolean; declining: boolean }) {
  const { t } = useTranslation()
  const { desk } = useWorkplace()
  const AcceptIcon = answering ? IconLoader2 : IconPhone
  return (
    <div className="acts">
      <div className="row">
        <button
          type="button"
          className="btn answer big yes"
          aria-busy={answering}
          disabled={answering || declining}
          onClick={() => desk.act('accept')}
        >
          <AcceptIcon className="i" stroke={1.75} aria-hidden />
          {answering ? t('offer.accepting') : t('offer.accept')}
        </button>
        <button
          type="button"
          className="btn big no"
          aria-busy={declining}
          disabled={answering || declining}
          onClick={() => desk.act('decline')}
        >
          {declining ? t('offer.declining') : t('offer.decline')}
        </button>
      </div>
      <div className="row xs t2 only-wide" style={{ justifyContent: 'space-between' }}>
        <span>
          <kbd>{t('keys.accept')}</kbd> {t('offer.accept')}
        </span>
        <span>
          <kbd>{t('keys.decline')}</kbd> {t('offer.decline')}
        </span>
      </div>
      <div className="xs t2">{t('offer.consequence')}</div>
    </div>
  )
}
