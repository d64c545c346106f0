import { IconMusic } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Card } from '../api/types.ts'
import { useDesk } from '../app/deskContext.ts'
import { formatNumber } from '../format/phone.ts'
import type { Look } from '../phone/state.ts'
import type { CallView, Target } from '../phone/view.ts'
import { callerNumber, nameOf, targetName } from './caller.ts'
import { StateShape } from './StateShape.tsx'
import { Timer } from './StateTimer.tsx'

/** Whom the agent consults. The border is around whom he hears now. */
export function TargetParty({ call, target }: { call: CallView; target: Target }) {
  const { t } = useTranslation()
  const { view } = useDesk()
  const heard = call.phase === 'three_way' || (call.phase === 'consulting' && !call.swapped)
  const waits = call.phase === 'consulting' && call.swapped
  const state: [Look, string] = waits
    ? ['hold', t('consult.onHold')]
    : target.up
      ? ['talk', t('consult.connected')]
      : ['dial', target.kind === 'queue' ? t('consult.waitingQueue') : t('consult.calling')]
  return (
    <section className={heard ? 'party on' : 'party'} data-s="consult" data-testid="party-target" data-heard={heard}>
      <span className="xs t3">{heard ? t('consult.now') : waits ? t('consult.onHold') : t('consult.calling')}</span>
      <Timer className="sm t2" since={target.up ? (view?.since ?? target.at) : target.at} />
      <b className="name cut">
        {target.kind === 'queue' && target.name ? t('consult.queueName', { name: target.name }) : targetName(target, t)}{' '}
        {target.name && <SmallNumber target={target} />}
      </b>
      <span className="state" data-s={state[0]}>
        <StateShape look={state[0]} />
        {state[1]}
      </span>
      {waits && <Music />}
    </section>
  )
}

function SmallNumber({ target }: { target: Target }) {
  const { t } = useTranslation()
  const number = formatNumber(target.number)
  return <small className="t3 num">{target.kind === 'agent' ? t('consult.extension', { number }) : number}</small>
}

/** The customer, who hears music, or the agent, or all. */
export function CustomerParty({ call, card }: { call: CallView; card: Card | undefined }) {
  const { t } = useTranslation()
  const heard = call.phase === 'three_way' || (call.phase === 'consulting' && call.swapped)
  const name = nameOf(call, card)
  const number = callerNumber(call, t)
  const look = heard ? 'talk' : 'hold'
  return (
    <section
      className={heard ? 'party on' : 'party'}
      data-s={heard ? 'consult' : 'hold'}
      data-testid="party-customer"
      data-heard={heard}
    >
      <span className="xs t3">{t('consult.customer')}</span>
      {call.held_at ? <Timer className="sm t2" since={call.held_at} /> : <span />}
      <b className="name cut num">{name || number}</b>
      <span className="state" data-s={look}>
        <StateShape look={look} />
        {heard ? t('consult.connected') : t('consult.onHold')}
      </span>
      <span className="sm t2 num">{name && number}</span>
      {!heard && <Music />}
    </section>
  )
}

function Music() {
  const { t } = useTranslation()
  return (
    <span className="row g1 xs t2">
      <IconMusic className="i s" stroke={1.75} aria-hidden />
      {t('consult.music')}
    </span>
  )
}
