import type { KeyboardEvent as ReactKey } from 'react'

type Press = Pick<KeyboardEvent, 'isComposing' | 'keyCode'>

/**
 * Whether a key belongs to the letter that is being composed, as in Hangul. Safari ends the composition before it tells of
 * the key that ended it; only the old key code, 229, still says whose it was (UI Events, section 7.3.1).
 */
export function isComposing(event: Press): boolean {
  return event.isComposing || event.keyCode === 229
}

/** For a form with text fields: Enter that ends a letter submits nothing. */
export function holdEnter(event: ReactKey): void {
  if (event.key === 'Enter' && isComposing(event.nativeEvent)) event.preventDefault()
}

/** Whether Escape was pressed to leave something, and not to give a letter up. */
export function isEscape(event: ReactKey): boolean {
  return event.key === 'Escape' && !isComposing(event.nativeEvent)
}
