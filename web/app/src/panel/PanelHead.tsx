import { IconChevronsRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime } from '../app/deskContext.ts'
import { DeviceButton } from '../devices/DeviceButton.tsx'
import { formatNumber } from '../format/phone.ts'
import { clockTimer } from '../format/time.ts'
import { lookOf, type ScreenState, screenState, wordOf } from '../phone/state.ts'
import { QualityBadge } from '../quality/QualityBadge.tsx'
import { StateShape } from './StateShape.tsx'
import { StateTimer } from './StateTimer.tsx'

/** The state in shape, word and colour, how long it has lasted, and the extension. */
export function PanelHead({ onCollapse }: { onCollapse?: () => void }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const state = screenState(desk)
  const look = lookOf(state)
  return (
    <header className="ph-head" data-s={look}>
      <div className="row">
        <div className="ph-state" data-testid="phone-state" data-state={state}>
          <StateShape look={look} />
          {t(wordOf(state, desk.view?.kind))}
        </div>
        <span className="spacer" />
        <QualityBadge />
        <DeviceButton />
        {onCollapse && (
          <button type="button" className="ib" aria-label={t('phone.collapse')} onClick={onCollapse}>
            <IconChevronsRight className="i" stroke={1.75} aria-hidden />
          </button>
        )}
      </div>
      <div className="ph-line">
        <StateTimer className="ph-time" />
        <span className="spacer" />
        <span className="sm num" data-testid="head-note">
          <Note state={state} />
        </span>
      </div>
    </header>
  )
}

/** What stands beside the timer: the whole call's time while it is held, the number shown while dialling, else the extension. */
function Note({ state }: { state: ScreenState }) {
  const { t } = useTranslation()
  const { view, media } = useDesk()
  const call = view?.call
  if (state === 'break' && view?.kind === 'unanswered') return t('kind.unanswered')
  if (media.phase === 'elsewhere') return t('phone.elsewhereShort')
  if (call?.phase === 'parked') return t('controls.beforeSound')
  if (call && state === 'dialling' && call.direction === 'outbound') {
    return <span title={t('dial.shown')}>{formatNumber(call.dialled)}</span>
  }
  if (call?.connected_at && (state === 'holding' || state === 'consulting')) return <Total since={call.connected_at} />
  return view?.agent.extension ? t('phone.extension', { number: view.agent.extension }) : null
}

function Total({ since }: { since: string }) {
  const { t } = useTranslation()
  const start = Date.parse(since)
  const now = useServerTime(start)
  return <span role="timer">{t('controls.total', { time: clockTimer(now - start) })}</span>
}
