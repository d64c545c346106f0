import { IconMicrophone, IconMicrophoneOff, IconPlugConnectedX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { formatNumber } from '../format/phone.ts'
import { pendingFor } from '../phone/state.ts'
import { callerNumber, spanWords } from './caller.ts'
import { HangUpIcon } from './HangUpIcon.tsx'
import { MediaProblemStrip } from './MediaProblem.tsx'
import { NextState } from './NextState.tsx'
import { RetryLine } from './RetryLine.tsx'
import { Strip } from './Strip.tsx'

/** 통화중: who, 음소거, 끊기, what comes after, and the facts of the call. */
export function Talking() {
  const { t } = useTranslation()
  const desk = useDesk()
  const call = desk.view?.call
  if (!call) return null
  const number = callerNumber(call, t)
  const name = call.caller.name && call.caller.name !== call.caller.number ? call.caller.name : ''
  const ticket = desk.ticket?.call === call.id ? desk.ticket : null
  return (
    <>
      <MediaLost />
      <div className="stack g1" data-testid="caller">
        <span className={name ? 'who1' : 'who1 num'}>{name || number}</span>
        {name && <span className="tel">{number}</span>}
        <span className="sm t2">
          {t('call.queueOf', { queue: call.queue.name })} · {call.service.name}
        </span>
      </div>
      <Controls call={call.id} />
      {desk.media.muted && (
        <Strip look="dead" icon={IconMicrophoneOff}>
          <b>{t('call.muted')}</b> {t('call.mutedHint')}
        </Strip>
      )}
      <hr />
      <NextState />
      <div>
        <h3 className="sech">{t('call.thisCall')}</h3>
        <dl className="kv">
          <dt>{t('offer.waited')}</dt>
          <dd className="num">{spanWords(Date.parse(call.connected_at ?? '') - Date.parse(call.queued_at), t)}</dd>
          <dt>{t('call.dialled')}</dt>
          <dd className="num">{formatNumber(call.dialled)}</dd>
          {ticket && (
            <>
              <dt>{t('call.ticket')}</dt>
              <dd>
                <Link to="/tickets/$number" params={{ number: String(ticket.number) }}>
                  #{ticket.number}
                </Link>
              </dd>
            </>
          )}
        </dl>
      </div>
    </>
  )
}

function Controls({ call }: { call: string }) {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const ending = pendingFor(state, call)?.action === 'hang_up'
  const MuteIcon = state.media.muted ? IconMicrophoneOff : IconMicrophone
  return (
    <div className="controls">
      <button
        type="button"
        className="cbtn"
        data-s="dead"
        aria-pressed={state.media.muted}
        disabled={!state.media.microphone}
        onClick={() => desk.mute(!state.media.muted)}
      >
        <MuteIcon className="i" stroke={1.75} aria-hidden />
        {t('call.mute')}
      </button>
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
    </div>
  )
}

/** The call is on, but this page has no sound of it. */
function MediaLost() {
  const { t } = useTranslation()
  const { media } = useDesk()
  const { desk } = useWorkplace()
  if (media.phase === 'up' || media.phase === 'elsewhere') return null
  const underWay = media.phase === 'asking' || media.phase === 'connecting'
  return (
    <>
      <Strip look={underWay ? 'work' : 'dead'} icon={IconPlugConnectedX} alert>
        <b>{underWay ? t('phone.connectingInCall') : t('phone.lostInCall')}</b>{' '}
        {media.phase === 'lost' && !media.problem && (
          <>
            {t('phone.lostInCallHint')} <RetryLine retryAt={media.retryAt} />
          </>
        )}
      </Strip>
      {media.problem && <MediaProblemStrip problem={media.problem} />}
      {!underWay && (
        <button type="button" className="btn full" onClick={() => desk.retryMedia()}>
          {t('phone.retryNow')}
        </button>
      )}
    </>
  )
}
