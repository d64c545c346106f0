import { IconLoader2 } from '@tabler/icons-react'
import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { isPending } from '../phone/state.ts'
import { ShieldIcon } from './ShieldIcon.tsx'

/** What the customer will hear, word for word; it is spoken in Korean whatever language the screen has. */
const announcement =
  '고객님, 폭언이나 위협이 계속되어 더 이상 상담을 진행하기 어렵습니다. 산업안전보건법에 따라 상담원 보호를 위해 통화를 종료합니다. ' +
  '다른 문의는 홈페이지를 이용해 주시기 바랍니다. 감사합니다.'

/** PH-64: asks before 강성종료, with the text in full. The only modal window of the phone; it starts on 계속 통화. */
export function HostileDialog() {
  return useWindows().open === 'hostile' ? <Dialog /> : null
}

function Dialog() {
  const { t } = useTranslation()
  const state = useDesk()
  const { desk } = useWorkplace()
  const { close } = useWindows()
  const box = useRef<HTMLDialogElement>(null)
  const keep = useRef<HTMLButtonElement>(null)
  const id = useId()
  const ending = isPending(state, state.view?.call?.id ?? '', 'end_hostile')
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
        <div>
          <h3 className="sech">{t('hostile.script')}</h3>
          <blockquote lang="ko">{announcement}</blockquote>
        </div>
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
          onClick={() => desk.act('end_hostile')}
        >
          {ending ? <IconLoader2 className="i" stroke={1.75} aria-hidden /> : <ShieldIcon />}
          {ending ? t('hostile.confirming') : t('hostile.confirm')}
        </button>
      </div>
    </dialog>
  )
}
