import { IconArrowsExchange, IconInfoCircle, IconLoader2, IconSwitchHorizontal, IconUsers } from '@tabler/icons-react'
import { Trans, useTranslation } from 'react-i18next'
import type { Card } from '../api/types.ts'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { isPending } from '../phone/state.ts'
import type { CallView, Target } from '../phone/view.ts'
import { Tile } from './CallControls.tsx'
import { callerNumber, nameOf, targetName } from './caller.ts'
import { useCard } from './card.ts'
import { HostileButton } from './EndButtons.tsx'
import { Keypad } from './Keypad.tsx'
import { MediaLost } from './MediaLost.tsx'
import { NextState } from './NextState.tsx'
import { CustomerParty, TargetParty } from './Parties.tsx'
import { Strip } from './Strip.tsx'
import { MutedStrip } from './Talking.tsx'
import { useControls } from './useControls.ts'

/** 통화중(호전환): the two parties, who hears whom, and the ways out. There is no 끊기 here. */
export function Consult({ call }: { call: CallView }) {
  const card = useCard(call.id)
  const controls = useControls(call).filter(({ name }) => name === 'mute' || name === 'keypad')
  const { target } = call
  if (!target) return null
  return (
    <>
      <MediaLost />
      <div className="stack">
        <TargetParty call={call} target={target} />
        <CustomerParty call={call} card={card} />
      </div>
      {call.phase === 'three_way' ? <ThreeWay call={call} target={target} /> : <Two call={call} target={target} />}
      <Explained call={call} target={target} />
      <hr />
      <div className="ctl three">
        {controls.map((control) => (
          <Tile key={control.name} control={control} low />
        ))}
        <HostileButton call={call} className="cell" />
      </div>
      <Keypad />
      <MutedStrip />
      <NextState />
      {target.kind === 'agent' && <Seen call={call} card={card} target={target} />}
    </>
  )
}

/** 고객연결, 취소, and once the target is there 바꿔 통화 and 3자 통화. */
function Two({ call, target }: { call: CallView; target: Target }) {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const there = call.phase === 'consulting' && target.up
  const connecting = isPending(state, call.id, 'connect_customer')
  const cancelling = isPending(state, call.id, 'cancel_consult')
  const swapping = isPending(state, call.id, 'swap')
  const joining = isPending(state, call.id, 'three_way')
  const ConnectIcon = connecting ? IconLoader2 : IconArrowsExchange
  return (
    <div className="stack">
      <button
        type="button"
        className="btn primary big full"
        aria-busy={connecting}
        disabled={!there || connecting}
        onClick={() => desk.act('connect_customer')}
      >
        <ConnectIcon className="i" stroke={1.75} aria-hidden />
        {connecting ? t('consult.connecting') : t('consult.connect')}
      </button>
      {there && (
        <div className="row even">
          <button
            type="button"
            className="btn big"
            aria-busy={swapping}
            disabled={swapping}
            onClick={() => desk.act('swap')}
          >
            <IconSwitchHorizontal className="i" stroke={1.75} aria-hidden />
            {swapping ? t('consult.swapping') : t('consult.swap')}
          </button>
          <button
            type="button"
            className="btn big"
            aria-busy={joining}
            disabled={joining}
            onClick={() => desk.act('three_way')}
          >
            <IconUsers className="i" stroke={1.75} aria-hidden />
            {joining ? t('consult.threeWaying') : t('consult.threeWay')}
          </button>
        </div>
      )}
      <button
        type="button"
        className="btn big full"
        aria-busy={cancelling}
        disabled={cancelling}
        onClick={() => desk.act('cancel_consult')}
      >
        {cancelling ? t('consult.cancelling') : t('consult.cancel')}
      </button>
    </div>
  )
}

/** All three hear each other: leave them alone, or send the target away. */
function ThreeWay({ call, target }: { call: CallView; target: Target }) {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const leaving = isPending(state, call.id, 'connect_customer')
  const dropping = isPending(state, call.id, 'drop_target')
  return (
    <div className="stack">
      <button
        type="button"
        className="btn primary big full"
        aria-busy={leaving}
        disabled={leaving}
        onClick={() => desk.act('connect_customer')}
      >
        <IconArrowsExchange className="i" stroke={1.75} aria-hidden />
        {leaving ? t('consult.leaving') : t('consult.leave')}
      </button>
      <button
        type="button"
        className="btn big full"
        aria-busy={dropping}
        disabled={dropping}
        onClick={() => desk.act('drop_target')}
      >
        <span className="cut">
          {dropping ? t('consult.dropping') : t('consult.dropTarget', { name: targetName(target, t) })}
        </span>
      </button>
    </div>
  )
}

function Explained({ call, target }: { call: CallView; target: Target }) {
  const { t } = useTranslation()
  const name = targetName(target, t)
  const components = { b: <b />, br: <br /> }
  return (
    <Strip look="work" icon={IconInfoCircle}>
      {call.phase === 'consult_ringing' ? (
        t('consult.stripRinging')
      ) : call.phase === 'three_way' ? (
        <Trans i18nKey="consult.stripThree" values={{ name }} components={components} />
      ) : call.swapped ? (
        <Trans i18nKey="consult.stripSwapped" values={{ name }} components={components} />
      ) : (
        <Trans i18nKey="consult.strip" values={{ name }} components={components} />
      )}
    </Strip>
  )
}

/** What the consulted colleague has on his screen. */
function Seen({ call, card, target }: { call: CallView; card: Card | undefined; target: Target }) {
  const { t } = useTranslation()
  const queue = call.queue.name && t('call.queueOf', { queue: call.queue.name })
  return (
    <div>
      <h3 className="sech">{t('consult.seen', { name: targetName(target, t) })}</h3>
      <p className="sm t2 num">{[nameOf(call, card), callerNumber(call, t), queue].filter(Boolean).join(' · ')}</p>
    </div>
  )
}
