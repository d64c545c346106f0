import { IconX } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { isTelephoneKey, telephoneKeys } from '../phone/keys.ts'

const letters: Record<string, string> = {
  '2': 'ABC',
  '3': 'DEF',
  '4': 'GHI',
  '5': 'JKL',
  '6': 'MNO',
  '7': 'PQRS',
  '8': 'TUV',
  '9': 'WXYZ',
  '0': '+',
}
const shown = 24

/** The telephone's keys, by clicks and by the keyboard while it has the focus. Under the call bar it floats. */
export function Keypad({ floating }: { floating?: boolean }) {
  return useWindows().open === 'keypad' ? <Pad floating={floating} /> : null
}

function Pad({ floating }: { floating?: boolean }) {
  const { t } = useTranslation()
  const { desk } = useWorkplace()
  const { close } = useWindows()
  const [sent, setSent] = useState('')
  const [last, setLast] = useState('')
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    if (!last) return
    const timer = setTimeout(() => setLast(''), 150)
    return () => clearTimeout(timer)
  }, [last])
  const press = (key: string) => {
    desk.pressKey(key)
    setLast(key)
    setSent((before) => (before + key).slice(-shown))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    } else if (isTelephoneKey(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault()
      press(event.key)
    }
  }
  return (
    <section
      className={floating ? 'keypad floating' : 'keypad'}
      aria-label={t('keypad.title')}
      data-testid="keypad"
      ref={box}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div className="row">
        <output className="grow cut num" aria-label={t('keypad.sent')}>
          {sent || <span className="sm t3">{t('keypad.nothing')}</span>}
        </output>
        <button type="button" className="btn small quiet icon" aria-label={t('keypad.close')} onClick={close}>
          <IconX className="i s" stroke={1.75} aria-hidden />
        </button>
      </div>
      <div className="keys">
        {telephoneKeys.map((key) => (
          <button
            key={key}
            type="button"
            aria-label={t('keypad.key', { key })}
            data-on={last === key}
            onClick={() => press(key)}
          >
            <b>{key}</b>
            <small aria-hidden>{letters[key]}</small>
          </button>
        ))}
      </div>
      <p className="xs t2">{t('keypad.hint')}</p>
    </section>
  )
}
