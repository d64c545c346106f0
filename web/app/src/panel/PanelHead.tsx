import { IconChevronsRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import { lookOf, screenState, wordOf } from '../phone/state.ts'
import { StateShape } from './StateShape.tsx'
import { StateTimer } from './StateTimer.tsx'

/** The state in shape, word and colour, how long it has lasted, and the extension. */
export function PanelHead({ onCollapse }: { onCollapse?: () => void }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const state = screenState(desk)
  const look = lookOf(state)
  const unanswered = state === 'break' && desk.view?.kind === 'unanswered'
  return (
    <header className="ph-head" data-s={look}>
      <div className="row">
        <div className="ph-state" data-testid="phone-state" data-state={state}>
          <StateShape look={look} />
          {t(wordOf(state, desk.view?.kind))}
        </div>
        <span className="spacer" />
        {onCollapse && (
          <button type="button" className="ib" aria-label={t('phone.collapse')} onClick={onCollapse}>
            <IconChevronsRight className="i" stroke={1.75} aria-hidden />
          </button>
        )}
      </div>
      <div className="ph-line">
        <StateTimer className="ph-time" />
        <span className="spacer" />
        <span className="sm num">
          {unanswered
            ? t('kind.unanswered')
            : desk.media.phase === 'elsewhere'
              ? t('phone.elsewhereShort')
              : desk.view?.agent.extension && t('phone.extension', { number: desk.view.agent.extension })}
        </span>
      </div>
    </header>
  )
}
