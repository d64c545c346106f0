import type { ShortcutAction } from './keymap.ts'
import { useKeys } from './useShortcutKeys.ts'

/** The keys of an action beside its word; nothing where it has none. */
export function KeyHint({ action, word }: { action: ShortcutAction; word: string }) {
  const { label } = useKeys(action)
  if (!label) return null
  return (
    <span>
      <kbd>{label}</kbd> {word}
    </span>
  )
}
