import { useEffect, useSyncExternalStore } from 'react'
import { isComposing } from '../app/composing.ts'
import { useWorkplace } from '../app/deskContext.ts'
import { actionOf, chordAria, chordLabel, chordOf, type Keymap, type ShortcutAction } from './keymap.ts'
import { phoneAction } from './phone.ts'

/** The shortcuts as they are now. */
export function useKeymap(): Keymap {
  const { shortcuts } = useWorkplace()
  return useSyncExternalStore(shortcuts.subscribe, shortcuts.getState)
}

/** The keys of an action: for a hint beside a button, and for aria-keyshortcuts. Empty when there are none. */
export function useKeys(action: ShortcutAction): { label: string; aria: string | undefined } {
  const { on, chords } = useKeymap()
  const chord = on ? chords[action] : null
  return chord ? { label: chordLabel(chord), aria: chordAria(chord) } : { label: '', aria: undefined }
}

/** Does something by shortcut for as long as the screen is there. Not given a handler, it does nothing. */
export function useShortcut(action: ShortcutAction, handler: (() => void) | null): void {
  const { shortcuts } = useWorkplace()
  useEffect(() => (handler ? shortcuts.handle(action, handler) : undefined), [shortcuts, action, handler])
}

interface Screens {
  openPhone: () => void
  toggleList: () => void
}

/** Listens to the keyboard: by the place of a key, never while a letter is composed, never twice for one press. */
export function useShortcutKeys({ openPhone, toggleList }: Screens): void {
  const { desk, shortcuts } = useWorkplace()
  useEffect(() => {
    const run = (action: ShortcutAction) => {
      if (action === 'panel') return toggleFocus(openPhone)
      if (action === 'states') return focusStates(openPhone)
      if (!phoneAction(desk, action)) shortcuts.run(action)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposing(event) || event.metaKey || event.getModifierState('AltGraph')) return
      const chord = chordOf(event)
      if (!chord) return
      const map = shortcuts.getState()
      const action = actionOf(map, chord)
      const list = map.on && event.key === '?' && !isTyping(event.target)
      const panel = chord.code === 'F6' && !chord.ctrl && !chord.alt && !chord.shift
      if (!action && !list && !panel) return
      event.preventDefault()
      if (event.repeat) return
      if (action) run(action)
      else if (list) toggleList()
      else toggleFocus(openPhone)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [desk, shortcuts, openPhone, toggleList])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
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

/** To the state tiles, at the state that is chosen. */
function focusStates(openPhone: () => void): void {
  openPhone()
  requestAnimationFrame(() => {
    const tile = document.querySelector<HTMLElement>('#phone .sbtns [tabindex="0"]')
    ;(tile ?? document.querySelector<HTMLElement>('#phone select') ?? document.getElementById('phone'))?.focus()
  })
}
