import { IconChevronDown, IconX } from '@tabler/icons-react'
import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { lookOfMode, modeFromKey, modeKey } from '../phone/state.ts'
import { workKinds } from '../phone/view.ts'
import { StateShape } from './StateShape.tsx'

/** Chosen during a call, taken when it ends, forgotten by the x. Nothing chosen means 업무(티켓처리) (D1). */
export function NextState() {
  const { t } = useTranslation()
  const { view, pending } = useDesk()
  const { desk } = useWorkplace()
  const list = useRef<HTMLSelectElement>(null)
  const id = useId()
  if (!view) return null
  const asked = pending.find((p) => p.mode)?.mode
  const clearing = pending.some((p) => p.action === 'clear_next')
  const chosen = asked ?? (clearing ? null : view.next)
  const look = chosen ? lookOfMode(chosen) : 'work'
  const clear = () => {
    void desk.clearNext()
    list.current?.focus()
  }
  return (
    <div className="row">
      <label htmlFor={id} className="sm t2 fixed">
        {t('call.next')}
      </label>
      <div className={chosen ? 'next chosen' : 'next'} data-s={look} data-testid="next-state">
        <div className="select shaped">
          <StateShape look={look} />
          <select
            id={id}
            ref={list}
            value={chosen ? modeKey(chosen) : ''}
            aria-busy={asked !== undefined || clearing}
            onChange={(event) => (event.target.value ? void desk.choose(modeFromKey(event.target.value)) : clear())}
          >
            <option value="">{t('call.nextUsual')}</option>
            <option value="ready">{t('state.ready')}</option>
            <option value="default">{t('state.default')}</option>
            <option value="break">{t('state.break')}</option>
            {workKinds.map((kind) => (
              <option key={kind} value={`work:${kind}`}>
                {t(`state.work_${kind}`)}
              </option>
            ))}
          </select>
          <IconChevronDown className="i s" stroke={1.75} aria-hidden />
        </div>
        {chosen && (
          <button type="button" className="btn small quiet icon" aria-label={t('call.nextClear')} onClick={clear}>
            <IconX className="i s" stroke={1.75} aria-hidden />
          </button>
        )}
      </div>
    </div>
  )
}
