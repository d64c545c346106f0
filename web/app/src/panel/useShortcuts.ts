import { useEffect } from 'react'
import { useWorkplace } from '../app/deskContext.ts'

/** 끊기 by key is ignored this long after the connect, so that a second press of 전화받기 does not end the call. */
const safeMs = 1_000

/** The phone's keys, by place on the keyboard and not by letter, so that 한글 mode does not matter. They move no focus. */
export function useShortcuts(openPhone: () => void): void {
  const { desk } = useWorkplace()
  useEffect(() => {
    const actions: Record<string, () => void> = {
      KeyA: () => desk.getState().view?.occupation === 'offered' && desk.act('accept'),
      KeyD: () => desk.getState().view?.occupation === 'offered' && desk.act('decline'),
      KeyE: () => {
        const call = desk.getState().view?.call
        const connected = Date.parse(call?.connected_at ?? '')
        if (call?.phase === 'talking' && desk.clock.now() - connected > safeMs) desk.act('hang_up')
      },
      KeyM: () => desk.getState().view?.occupation === 'talking' && desk.mute(!desk.getState().media.muted),
      KeyP: () => toggleFocus(openPhone),
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.repeat || event.metaKey || event.shiftKey) return
      const action =
        event.code === 'F6' ? actions.KeyP : event.ctrlKey && event.altKey ? actions[event.code] : undefined
      if (!action) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [desk, openPhone])
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
