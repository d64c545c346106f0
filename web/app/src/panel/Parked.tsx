import { IconLoader2, IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime, useWorkplace } from '../app/deskContext.ts'
import type { CallView } from '../phone/view.ts'
import { callerLine, nameOf } from './caller.ts'
import { useCard } from './card.ts'
import { HangUp, HostileButton } from './EndButtons.tsx'
import { MediaLost } from './MediaLost.tsx'

/** So long a customer waits for his agent (call model, section 5), for the length of the bar. */
const parkMs = 20_000

/** The sound broke off; the agent is brought back to his customer by itself, and sees how long the customer waits for him. */
export function Parked({ call }: { call: CallView }) {
  const { t } = useTranslation()
  const who = nameOf(call, useCard(call.id)) || callerLine(call, t)
  return (
    <>
      <section className="notice" data-s="talk" data-testid="parked">
        <div role="status">
          <b>{t('parked.title', { who })}</b>
          <div className="sm">{t('parked.hint')}</div>
        </div>
        {call.park_ends_at ? <Back ends={Date.parse(call.park_ends_at)} /> : <Bar />}
      </section>
      <MediaLost />
      <div className="row">
        <HostileButton call={call} className="big" />
        <HangUp call={call} className="big grow" />
      </div>
    </>
  )
}

/** Nobody has said yet how long. */
function Bar() {
  return (
    <div className="count back" aria-hidden="true">
      <i />
    </div>
  )
}

/** 통화로 돌아가기, with the seconds that are left. */
function Back({ ends }: { ends: number }) {
  const { t } = useTranslation()
  const { media } = useDesk()
  const { desk } = useWorkplace()
  const left = Math.max(0, ends - useServerTime(ends))
  const busy = media.phase === 'asking' || media.phase === 'connecting' || media.phase === 'up'
  const BackIcon = busy ? IconLoader2 : IconPhone
  return (
    <>
      <div className="count talk" aria-hidden="true">
        <i style={{ transform: `scaleX(${Math.min(1, Math.max(0, left - 1000) / parkMs)})` }} />
      </div>
      <button
        type="button"
        className="btn answer big full"
        aria-busy={busy}
        disabled={busy}
        onClick={() => (media.phase === 'elsewhere' ? void desk.signIn() : desk.retryMedia())}
      >
        <BackIcon className="i" stroke={1.75} aria-hidden />
        {t('parked.back')} <span className="num">{t('offer.left', { seconds: Math.ceil(left / 1000) })}</span>
      </button>
    </>
  )
}
