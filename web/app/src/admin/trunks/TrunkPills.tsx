import { useTranslation } from 'react-i18next'
import type { TrunkState } from '../../api/types.ts'

const looks = { up: 'talk', down: 'dead', unknown: 'work', off: 'out' } as const

/** How a trunk is now, in words and colour; with what is wrong below. */
export function TrunkPills({ state, registers }: { state: TrunkState; registers: boolean }) {
  const { t } = useTranslation('admin')
  return (
    <span className="row wrap">
      <span className="pill" data-s={looks[state.reachable]}>
        {t(`trunks.reachable.${state.reachable}`)}
      </span>
      {registers && (
        <span className="pill" data-s={state.registration === 'registered' ? 'talk' : 'dead'}>
          {t(`trunks.registration.${state.registration}`)}
        </span>
      )}
    </span>
  )
}
