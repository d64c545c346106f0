import { IconCoffee, IconPhoneOutgoing } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { ko } from '../i18n/ko.ts'
import type { Mode, Notice } from '../phone/view.ts'
import { callerNumber, nameOf, spanWords, targetName } from './caller.ts'
import { useKnownCard } from './card.ts'

interface Props {
  notice: Notice
}

/** PH-62: the customer is with somebody else, and this agent is free. */
export function TransferDone({ notice }: Props) {
  const { t } = useTranslation()
  const { lastCall, lastTarget } = useDesk()
  const target = lastCall?.id === notice.call ? lastTarget : null
  const name = targetName(target, t)
  const title = !target
    ? t('told.transfer_doneUnknown')
    : target.kind === 'queue' && !target.up
      ? t('told.transfer_doneQueue', { name })
      : t('told.transfer_done', { name })
  return (
    <section className="notice" data-s="consult" data-testid="notice" data-kind="transfer_done" aria-label={title}>
      <div>
        <h3>{title}</h3>
        <Facts notice={notice} />
      </div>
      <ReadyOrStay />
      <TicketLink notice={notice} />
    </section>
  )
}

/** Who consulted this agent took the customer back. */
export function ConsultOver({ notice }: Props) {
  const { t } = useTranslation()
  return (
    <section
      className="notice"
      data-s="consult"
      data-testid="notice"
      data-kind="consult_over"
      aria-label={t('told.consult_over')}
    >
      <div>
        <h3>{t('told.consult_over')}</h3>
        <Facts notice={notice} />
      </div>
      <p className="sm">{t('told.consult_overHint')}</p>
      <ReadyOrStay />
    </section>
  )
}

/** After 강성종료 a rest is offered. */
export function HostileDone({ notice }: Props) {
  const { t } = useTranslation()
  return (
    <section
      className="notice"
      data-s="break"
      data-testid="notice"
      data-kind="hostile_done"
      aria-label={t('told.hostile_done')}
    >
      <div>
        <h3>{t('told.hostile_done')}</h3>
        <div className="sm">{t('told.hostile_doneHint')}</div>
      </div>
      <div className="row">
        <Choice mode={{ presence: 'break', kind: '' }}>
          <span className="row g1">
            <IconCoffee className="i s" stroke={1.75} aria-hidden />
            {t('told.rest')}
          </span>
          <small>{t('told.restHint')}</small>
        </Choice>
        <Stay />
      </div>
      <TicketLink notice={notice} />
    </section>
  )
}

const dialWords = ko.told

/** Whom the agent called did not answer, and why. */
export function DialFailed({ notice }: Props) {
  const { t } = useTranslation()
  const { lastCall } = useDesk()
  const { show } = useWindows()
  const call = lastCall?.id === notice.call ? lastCall : null
  const key = `dial_failed_${notice.reason}`
  const title = t(`told.${key in dialWords ? (key as 'dial_failed_busy') : 'dial_failed_other'}`)
  const number = call?.direction === 'internal' ? call.target?.number : call?.caller.number
  return (
    <section className="notice" data-s="ring" data-testid="notice" data-kind="dial_failed" aria-label={title}>
      <div>
        <h3>{title}</h3>
        {call && (
          <div className="sm t2 num">
            {call.direction === 'internal' ? targetName(call.target, t) : callerNumber(call, t)}
          </div>
        )}
        <div className="sm">{t('told.dial_failedHint')}</div>
      </div>
      {number && (
        <button type="button" className="btn full" onClick={() => show('dial', number)}>
          <IconPhoneOutgoing className="i" stroke={1.75} aria-hidden />
          {t('told.again')}
        </button>
      )}
    </section>
  )
}

/** 확인 (대기로 바꾸기) and 취소 (업무(티켓처리) 유지), after whatever ended a call (D1). */
export function ReadyOrStay() {
  const { t } = useTranslation()
  return (
    <div className="row">
      <Choice mode={{ presence: 'ready', kind: '' }}>
        {t('notice.confirm')} <small>{t('notice.confirmHint')}</small>
      </Choice>
      <Stay />
    </div>
  )
}

function Choice({ mode, children }: { mode: Mode; children: ReactNode }) {
  const { pending } = useDesk()
  const { desk } = useWorkplace()
  const busy = pending.some((p) => p.mode?.presence === mode.presence)
  return (
    <button
      type="button"
      className="btn primary duo"
      aria-busy={busy}
      disabled={busy}
      onClick={() => void desk.choose(mode)}
    >
      {children}
    </button>
  )
}

function Stay() {
  const { t } = useTranslation()
  const { pending } = useDesk()
  const { desk } = useWorkplace()
  const busy = pending.some((p) => p.action === 'dismiss')
  return (
    <button type="button" className="btn duo" aria-busy={busy} disabled={busy} onClick={() => void desk.dismiss()}>
      {t('notice.cancel')} <small>{t('notice.cancelHint')}</small>
    </button>
  )
}

/** Who it was, how long it took and who ended it, as far as this page knows. */
export function Facts({ notice }: Props) {
  const { t } = useTranslation()
  const { lastCall } = useDesk()
  const call = lastCall?.id === notice.call ? lastCall : null
  const card = useKnownCard(notice.call)
  const reason = notice.reason in ko.reason ? (notice.reason as 'agent_hangup') : null
  const facts = [
    call && (call.consulted ? call.from : nameOf(call, card) || callerNumber(call, t)),
    call?.connected_at && spanWords(Date.parse(notice.at) - Date.parse(call.connected_at), t),
    reason && t(`reason.${reason}`),
  ].filter(Boolean)
  return <div className="sm t2 num">{facts.join(' · ')}</div>
}

export function TicketLink({ notice }: Props) {
  const { t } = useTranslation()
  const { ticket } = useDesk()
  if (!ticket || ticket.call !== notice.call) return null
  return (
    <Link className="sm" to="/tickets/$number" params={{ number: String(ticket.number) }}>
      {t('phone.openTicket', { number: ticket.number })}
    </Link>
  )
}
