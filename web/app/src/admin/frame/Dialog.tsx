import { type ReactNode, useEffect, useId, useRef } from 'react'

interface Props {
  title: string
  onClose: () => void
  /** The buttons. */
  foot: ReactNode
  alert?: boolean
  wide?: boolean
  testid?: string
  children: ReactNode
}

/** A modal window. It is open while it is drawn; Esc closes it, and the focus returns to where it was. */
export function Dialog({ title, onClose, foot, alert, wide, testid, children }: Props) {
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = box.current
    const before = document.activeElement
    if (dialog && !dialog.open) dialog.showModal()
    return () => {
      if (dialog?.open) dialog.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      className={`dialog${wide ? ' wide' : ''}`}
      ref={box}
      role={alert ? 'alertdialog' : undefined}
      aria-labelledby={id}
      data-testid={testid}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className="dh">
        <h2 id={id}>{title}</h2>
      </div>
      <div className="db">{children}</div>
      <div className="df">{foot}</div>
    </dialog>
  )
}
