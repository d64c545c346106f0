import { IconChevronsLeft, IconMicrophone, IconMicrophoneOff, IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime, useWorkplace } from '../app/deskContext.ts'
import { lookOf, pendingFor, screenState, wordOf } from '../phone/state.ts'
import type { CallView } from '../phone/view.ts'
import { callerLine } from './caller.ts'
import { HangUpIcon } from './HangUpIcon.tsx'
import { StateShape } from './StateShape.tsx'
import { StateTimer } from './StateTimer.tsx'

/** The folded phone: state, timer, caller, and what can be done now. Its height never changes. */
export function CallBar({ onExpand }: { onExpand: () => void }) {
  const { t } = useTranslation()
  const state = useDesk()
  const screen = screenState(state)
  const look = lookOf(screen)
  const call = state.view?.call
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
            <b>{callerLine(call, t)}</b> <span className="t2 only-wide">· {call.queue.name}</span>
          </span>
        </>
      )}
      <span className="spacer" />
      {call && screen === 'offered' && <Answers call={call} />}
      {call && screen === 'talking' && <Controls call={call} />}
      <button type="button" className="btn quiet icon" aria-label={t('phone.expand')} onClick={onExpand}>
        <IconChevronsLeft className="i" stroke={1.75} aria-hidden />
      </button>
    </section>
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

function Controls({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const ending = pendingFor(state, call.id)?.action === 'hang_up'
  const MuteIcon = state.media.muted ? IconMicrophoneOff : IconMicrophone
  return (
    <>
      <button
        type="button"
        className="btn"
        aria-label={t('call.mute')}
        aria-pressed={state.media.muted}
        onClick={() => desk.mute(!state.media.muted)}
      >
        <MuteIcon className="i" stroke={1.75} aria-hidden />
        <span className="only-wide">{t('call.mute')}</span>
      </button>
      <span className="sep" />
      <button
        type="button"
        className="btn hangup"
        aria-busy={ending}
        disabled={ending}
        onClick={() => desk.act('hang_up')}
      >
        <HangUpIcon />
        {ending ? t('call.hangingUp') : t('call.hangUp')}
      </button>
    </>
  )
}
