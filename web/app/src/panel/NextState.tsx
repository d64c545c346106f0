import { IconChevronDown } from '@tabler/icons-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { modeFromKey, modeKey } from '../phone/state.ts'
import { workKinds } from '../phone/view.ts'
import { StateShape } from './StateShape.tsx'

/** Chosen during a call, taken when it ends. Nothing chosen means 업무(티켓처리) (D1). */
export function NextState() {
  const { t } = useTranslation()
  const { view, pending } = useDesk()
  const { desk } = useWorkplace()
  const id = useId()
  if (!view) return null
  const busy = pending.some((p) => p.mode)
  const chosen = pending.find((p) => p.mode)?.mode ?? view.next
  return (
    <div className="row">
      <label htmlFor={id} className="sm t2 num">
        {t('call.next')}
      </label>
      <div className="select shaped">
        <StateShape
          look={
            chosen?.presence === 'ready' || chosen?.presence === 'default' || chosen?.presence === 'break'
              ? chosen.presence
              : 'work'
          }
        />
        <select
          id={id}
          value={chosen ? modeKey(chosen) : 'work:ticket'}
          aria-busy={busy}
          onChange={(event) => void desk.choose(modeFromKey(event.target.value))}
        >
          <option value="work:ticket">{t('state.work_ticket')}</option>
          <option value="ready">{t('state.ready')}</option>
          <option value="default">{t('state.default')}</option>
          <option value="break">{t('state.break')}</option>
          {workKinds
            .filter((kind) => kind !== 'ticket')
            .map((kind) => (
              <option key={kind} value={`work:${kind}`}>
                {t(`state.work_${kind}`)}
              </option>
            ))}
        </select>
        <IconChevronDown className="i s" stroke={1.75} aria-hidden />
      </div>
    </div>
  )
}
