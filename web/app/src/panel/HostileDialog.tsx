import { IconLoader2 } from '@tabler/icons-react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { isPending } from '../phone/state.ts'
import type { HostileReason } from '../phone/view.ts'
import { HostileReasons } from './HostileReasons.tsx'
import { HostileScript } from './HostileScript.tsx'
import { ShieldIcon } from './ShieldIcon.tsx'

/** PH-64: asks before 강성종료, with the text in full. The only modal window of the phone; it starts on 계속 통화. */
export function HostileDialog() {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const { close } = useWindows()
  const box = useRef<HTMLDialogElement>(null)
  const keep = useRef<HTMLButtonElement>(null)
  const id = useId()
  const call = state.view?.call?.id ?? ''
  const ending = isPending(state, call, 'end_hostile')
  const [reason, setReason] = useState<HostileReason | null>(null)
  useEffect(() => {
    box.current?.showModal()
    keep.current?.focus()
  }, [])
  return (
    <dialog
      className="dialog"
      ref={box}
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-lead`}
      data-testid="hostile-dialog"
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
    >
      <div className="dh row g3">
        <span className="ava large" data-s="dead" aria-hidden>
          <ShieldIcon className="i l" />
        </span>
        <h2 id={`${id}-title`}>{t('hostile.title')}</h2>
      </div>
      <div className="db">
        <p id={`${id}-lead`}>{t('hostile.lead')}</p>
        {call && <HostileScript call={call} />}
        <HostileReasons value={reason} onChange={setReason} />
        <p className="sm t2">{t('hostile.after')}</p>
      </div>
      <div className="df">
        <button type="button" className="btn big" ref={keep} onClick={close}>
          {t('hostile.keep')}
        </button>
        <button
          type="button"
          className="btn hangup big"
          aria-busy={ending}
          disabled={ending}
          onClick={() => desk.act('end_hostile', reason ? { reason } : {})}
        >
          {ending ? <IconLoader2 className="i" stroke={1.75} aria-hidden /> : <ShieldIcon />}
          {ending ? t('hostile.confirming') : t('hostile.confirm')}
        </button>
      </div>
    </dialog>
  )
}
