import { IconLoader2, IconPhone } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime, useWorkplace } from '../app/deskContext.ts'
import { formatNumber } from '../format/phone.ts'
import { pendingFor } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { KeyHint } from '../shortcuts/KeyHint.tsx'
import { Customer, HostileStrip, LastTickets } from './Customer.tsx'
import { spanWords } from './caller.ts'
import { useCard } from './card.ts'
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
        <span className="grow cut">{answering ? t('offer.answering') : titleOf(call, t)}</span>
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
        {call.direction === 'internal' ? <Colleague call={call} /> : <About call={call} now={now} />}
      </div>
      <Answers call={call} answering={answering} declining={pending?.action === 'decline'} />
    </section>
  )
}

function titleOf(call: CallView, t: TFunction): string {
  if (!call.consulted) return t('offer.title')
  if (call.direction === 'internal') {
    return call.from ? t('ask.internal', { name: call.from }) : t('ask.internalUnknown')
  }
  return call.from ? t('ask.title', { name: call.from }) : t('ask.titleUnknown')
}

/** A colleague calls; there is no customer. */
function Colleague({ call }: { call: CallView }) {
  const { t } = useTranslation()
  return (
    <div className="stack g1">
      <span className="who1">{call.from || t('told.someone')}</span>
      <span className="sm t2">{t('controls.internal')}</span>
    </div>
  )
}

/** The customer: his own call, or the one that a colleague asks about. */
function About({ call, now }: { call: CallView; now: number }) {
  const { t } = useTranslation()
  const card = useCard(call.id)
  const pill = call.reoffered && !call.consulted && (
    <span className="pill" data-s="hold" title={t('offer.reofferedHint')}>
      {t('offer.reoffered')}
    </span>
  )
  return (
    <>
      {call.consulted && <h3 className="sech flush">{t('ask.about')}</h3>}
      <Customer call={call} card={card} large pill={pill} />
      <Facts call={call} now={now} />
      <HostileStrip card={card} />
      <LastTickets card={card} />
    </>
  )
}

function Facts({ call, now }: { call: CallView; now: number }) {
  const { t } = useTranslation()
  const waited = now - Date.parse(call.queued_at)
  return (
    <dl className="kv">
      {call.queue.name && (
        <>
          <dt>{t('offer.queue')}</dt>
          <dd className="m">{call.queue.name}</dd>
        </>
      )}
      <dt>{t('offer.service')}</dt>
      <dd>
        {call.service.name} · <span className="num">{formatNumber(call.dialled)}</span>
      </dd>
      {call.pressed && (
        <>
          <dt>{t('offer.pressed')}</dt>
          <dd className="num m">{[...call.pressed].join(' ')}</dd>
        </>
      )}
      {!call.consulted && (
        <>
          <dt>{t('offer.waited')}</dt>
          <dd>
            <span className={waited >= lateMs ? 'num m late' : 'num m'} role="timer">
              {spanWords(waited, t)}
            </span>
          </dd>
        </>
      )}
    </dl>
  )
}

interface AnswersProps {
  call: CallView
  answering: boolean
  declining: boolean
}

function Answers({ call, answering, declining }: AnswersProps) {
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
        <KeyHint action="accept" word={t('offer.accept')} />
        <KeyHint action="decline" word={t('offer.decline')} />
      </div>
      <div className="xs t2">
        {!call.consulted
          ? t('offer.consequence')
          : call.direction === 'internal'
            ? t('ask.internalConsequence')
            : t('ask.consequence')}
      </div>
    </div>
  )
}
