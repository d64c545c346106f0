import { IconChevronsLeft, IconLoader2, IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime, useWorkplace } from '../app/deskContext.ts'
import { isPending, lookOf, pendingFor, screenState, wordOf } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { QualityBadge } from '../quality/QualityBadge.tsx'
import { nameOf, otherLine, targetName } from './caller.ts'
import { useCard } from './card.ts'
import { HangUp, HostileButton } from './EndButtons.tsx'
import { ShieldIcon } from './ShieldIcon.tsx'
import { StateShape } from './StateShape.tsx'
import { StateTimer } from './StateTimer.tsx'
import { type Control, useControls } from './useControls.ts'

/** The folded phone: state, timer, caller, and what can be done now. Its height never changes. */
export function CallBar({ onExpand }: { onExpand: () => void }) {
  const { t } = useTranslation()
  const state = useDesk()
  const screen = screenState(state)
  const look = lookOf(screen)
  const call = state.view?.call
  const card = useCard(call && call.direction !== 'internal' ? call.id : '')
  const customer = call ? (!call.consulted && nameOf(call, card)) || otherLine(call, t) : ''
  return (
    <section className="callbar" data-s={look} aria-label={t('phone.bar')} data-testid="call-bar">
      <span className="ph-state" data-testid="phone-state" data-state={screen}>
        <StateShape look={look} />
        {t(wordOf(screen, state.view?.kind))}
      </span>
      <StateTimer className="timer extra" />
      {call && (
        <>
          <span className="sep" />
          <span className="cut">
            <b>{customer}</b>
            {call.queue.name && <span className="t2 only-wide"> · {call.queue.name}</span>}
          </span>
          {card && card.hostile.count > 0 && (
            <span className="pill only-wide" data-s="dead">
              <ShieldIcon className="i s" />
              {t('card.hostileShort', { count: card.hostile.count })}
            </span>
          )}
        </>
      )}
      {call && consults(call) && <Pair call={call} customer={customer} />}
      <span className="spacer" />
      <QualityBadge />
      {call && screen === 'offered' && <Answers call={call} />}
      {call && screen !== 'offered' && <Controls call={call} />}
      <button type="button" className="btn quiet icon" aria-label={t('phone.expand')} onClick={onExpand}>
        <IconChevronsLeft className="i" stroke={1.75} aria-hidden />
      </button>
    </section>
  )
}

function consults(call: CallView): boolean {
  return call.target !== null && call.direction !== 'internal' && !call.consulted
}

/** Where there is room for two short lines only: whom the agent hears, above who waits. */
function Pair({ call, customer }: { call: CallView; customer: string }) {
  const { t } = useTranslation()
  const target = targetName(call.target, t)
  const [first, second] = call.swapped ? [customer, target] : [target, customer]
  return (
    <span className="pair" data-testid="parties">
      <b className="cut" title={first}>
        {first}
      </b>
      <span className="cut" title={second}>
        {second}
      </span>
    </span>
  )
}

function Answers({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const { desk } = useWorkplace()
  const pending = pendingFor(useDesk(), call.id)
  const answering = call.answering || pending?.action === 'accept'
  const ends = Date.parse(call.offer_ends_at)
  const left = Math.max(0, ends - useServerTime(ends))
  return (
    <>
      <span className="timer num" role="timer" aria-label={t('offer.leftLabel')}>
        {t('offer.left', { seconds: Math.ceil(left / 1000) })}
      </span>
      <button
        type="button"
        className="btn answer"
        aria-busy={answering}
        disabled={answering || pending !== undefined}
        onClick={() => desk.act('accept')}
      >
        <IconPhone className="i" stroke={1.75} aria-hidden />
        {answering ? t('offer.accepting') : t('offer.accept')}
      </button>
      <button
        type="button"
        className="btn"
        disabled={answering || pending !== undefined}
        onClick={() => desk.act('decline')}
      >
        {t('offer.decline')}
      </button>
    </>
  )
}

/** The same controls in the same order as in the panel. During a consult the panel has more. */
function Controls({ call }: { call: CallView }) {
  const all = useControls(call)
  if (call.phase === 'dialling' || call.phase === 'parked') return <HangUp call={call} />
  if (consults(call)) return <ConsultControls call={call} />
  const controls = call.consulted ? all.slice(0, 1) : all
  return (
    <>
      {controls.map((control) => (
        <BarButton key={control.name} control={control} />
      ))}
      <span className="sep" />
      <HostileButton call={call} />
      <HangUp call={call} />
    </>
  )
}

function BarButton({ control }: { control: Control }) {
  const ButtonIcon = control.busy ? IconLoader2 : control.icon
  const words = control.name === 'mute' || control.name === 'keypad' ? 'only-wide' : 'only-mid'
  return (
    <button
      type="button"
      className="btn"
      data-s={control.look}
      data-control={control.name}
      aria-label={control.now}
      aria-pressed={control.pressed}
      aria-expanded={control.expanded}
      aria-busy={control.busy}
      disabled={control.disabled}
      onClick={control.press}
    >
      <ButtonIcon className="i" stroke={1.75} aria-hidden />
      <span className={words}>{control.now}</span>
    </button>
  )
}

/** 고객연결 and 취소. */
function ConsultControls({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const connecting = isPending(state, call.id, 'connect_customer')
  const cancelling = isPending(state, call.id, 'cancel_consult')
  const there = call.phase !== 'consult_ringing'
  return (
    <>
      <span className="cut only-mid">
        {t('consult.now')}: <b>{targetName(call.target, t)}</b>
      </span>
      <button
        type="button"
        className="btn primary"
        aria-busy={connecting}
        disabled={!there || connecting}
        onClick={() => desk.act('connect_customer')}
      >
        {t(call.phase === 'three_way' ? 'consult.leave' : 'consult.connect')}
      </button>
      <button
        type="button"
        className="btn"
        aria-busy={cancelling}
        disabled={cancelling}
        onClick={() => desk.act('cancel_consult')}
      >
        {t('consult.cancel')}
      </button>
      <span className="sep" />
      <HostileButton call={call} />
    </>
  )
}
