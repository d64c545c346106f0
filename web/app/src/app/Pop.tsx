import { IconX } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { isEscape } from './composing.ts'

interface Props {
  title: string
  className: string
  onClose: () => void
  children: ReactNode
}

/** A window beside the phone. It covers nothing that is needed and is not modal; Esc closes it. */
export function Pop({ title, className, onClose, children }: Props) {
  const { t } = useTranslation()
  const box = useRef<HTMLElement>(null)
  const id = useId()
  useEffect(() => box.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (isEscape(event) && !event.defaultPrevented) onClose()
  }
  return (
    <section
      className={`pop ${className}`}
      role="dialog"
      aria-labelledby={id}
      tabIndex={-1}
      ref={box}
      onKeyDown={onKeyDown}
    >
      <div className="row poph">
        <h2 id={id} className="grow">
          {title}
        </h2>
        <button type="button" className="btn small quiet icon" aria-label={t('app.close')} onClick={onClose}>
          <IconX className="i s" stroke={1.75} aria-hidden />
        </button>
      </div>
      <div className="panel">{children}</div>
    </section>
  )
}
