import { useEffect } from 'react'
import { useWorkplace } from '../app/deskContext.ts'
import type { WindowName, Windows } from '../app/windows.ts'
import type { Desk } from '../phone/desk.ts'
import { type Controls, controlsOf, isMuted } from '../phone/state.ts'
import type { Occupation } from '../phone/view.ts'

/** 끊기 by key is ignored this long after the connect, so that a second press of 전화받기 does not end the call. */
const safeMs = 1_000

/** What each key does with Ctrl and Alt, by its place on the keyboard, so that 한글 mode does not matter. */
const actions: Record<string, (desk: Desk, windows: Windows) => void> = {
  KeyA: (desk) => occupation(desk) === 'offered' && desk.act('accept'),
  KeyD: (desk) => occupation(desk) === 'offered' && desk.act('decline'),
  KeyE: hangUp,
  KeyM: (desk) => can(desk)?.mute && desk.mute(!isMuted(desk.getState())),
  KeyH: (desk) => {
    const hold = can(desk)?.hold
    if (hold) desk.act(hold)
  },
  KeyT: (desk, windows) => can(desk)?.transfer && toggle(windows, 'transfer'),
  KeyK: (desk, windows) => can(desk)?.keys && toggle(windows, 'keypad'),
}

function toggle(windows: Windows, name: WindowName): void {
  if (windows.open === name) windows.close()
  else windows.show(name)
}

/** What the call allows now; null without a call that was taken or made. */
function can(desk: Desk): Controls | null {
  const { view } = desk.getState()
  return view?.call && view.occupation !== 'offered' ? controlsOf(view.call) : null
}

function occupation(desk: Desk): Occupation | undefined {
  return desk.getState().view?.occupation
}

/** In a consult there is no 끊기, so no key for it either. */
function hangUp(desk: Desk): void {
  const { view } = desk.getState()
  const call = view?.call
  if (!call || view.occupation === 'offered' || view.occupation === 'consulting') return
  const connected = Date.parse(call.connected_at ?? '')
  if (call.phase === 'dialling' || desk.clock.now() - connected > safeMs) desk.act('hang_up')
}

/** The phone's keys. They move no focus, except Ctrl+Alt+P and F6, which lead to the panel and back. */
export function useShortcuts(openPhone: () => void, windows: Windows): void {
  const { desk } = useWorkplace()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.repeat || event.metaKey || event.shiftKey) return
      const chord = event.ctrlKey && event.altKey
      const toPanel = event.code === 'F6' || (chord && event.code === 'KeyP')
      const action = chord ? actions[event.code] : undefined
      if (!toPanel && !action) return
      event.preventDefault()
      if (toPanel) toggleFocus(openPhone)
      else action?.(desk, windows)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [desk, openPhone, windows])
}

let before: HTMLElement | null = null

/** To the panel and back to where one was. */
function toggleFocus(openPhone: () => void): void {
  const panel = document.getElementById('phone')
  if (panel?.contains(document.activeElement)) {
    before?.focus()
    return
  }
  before = document.activeElement instanceof HTMLElement ? document.activeElement : null
  openPhone()
  requestAnimationFrame(() => document.getElementById('phone')?.focus())
}
