import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useDesk } from '../app/deskContext.ts'
import type { WindowName, Windows } from '../app/windows.ts'
import { controlsOf } from '../phone/state.ts'
import type { AgentView } from '../phone/view.ts'

/** Which window is open. One that has lost its sense, because the call moved on, closes by itself. */
export function useWindowState(openPhone: () => void): Windows {
  const { view } = useDesk()
  const [open, setOpen] = useState<{ name: WindowName; number: string } | null>(null)
  const opener = useRef<Element | null>(null)
  const sensible = open !== null && makesSense(open.name, view)

  const close = useCallback(() => {
    setOpen(null)
    requestAnimationFrame(() => giveFocusBack(opener.current))
  }, [])
  const show = useCallback(
    (name: WindowName, number = '') => {
      opener.current = document.activeElement
      setOpen({ name, number })
      if (name === 'dial') openPhone()
    },
    [openPhone],
  )
  useEffect(() => {
    if (open && !sensible) close()
  }, [open, sensible, close])

  const name = sensible ? open.name : null
  const number = open?.number ?? ''
  return useMemo(() => ({ open: name, number, show, close }), [name, number, show, close])
}

function makesSense(name: WindowName, view: AgentView | null): boolean {
  if (name === 'devices' || name === 'shortcuts') return true
  if (!view) return false
  if (name === 'dial') return view.occupation === 'free' && view.presence !== 'signed_out'
  if (!view.call || view.occupation === 'offered') return false
  const can = controlsOf(view.call)
  return { transfer: can.transfer, keypad: can.keys, hostile: can.hostile }[name]
}

/** Only a focus that was lost with the window is moved: nobody who writes somewhere else is disturbed. */
function giveFocusBack(to: Element | null): void {
  if (document.activeElement && document.activeElement !== document.body) return
  const target = to?.isConnected && to !== document.body ? to : document.getElementById('phone')
  if (target instanceof HTMLElement) target.focus()
}
