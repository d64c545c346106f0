/** What has a shortcut. 강성종료 has none, on purpose. */
export const shortcutActions = [
  'accept',
  'decline',
  'mute',
  'keypad',
  'hold',
  'transfer',
  'hangUp',
  'states',
  'panel',
  'nextTicket',
  'previousTicket',
] as const
export type ShortcutAction = (typeof shortcutActions)[number]

/** Keys pressed together. Code is the key's place on the keyboard, so that 한글 mode does not matter. */
export interface Chord {
  code: string
  ctrl: boolean
  alt: boolean
  shift: boolean
}

export interface Keymap {
  /** Off switches every shortcut off, also `?`. */
  on: boolean
  /** null has been switched off. */
  chords: Readonly<Record<ShortcutAction, Chord | null>>
}

const letters: Record<Exclude<ShortcutAction, 'nextTicket' | 'previousTicket'>, string> = {
  accept: 'KeyA',
  decline: 'KeyD',
  mute: 'KeyM',
  keypad: 'KeyK',
  hold: 'KeyH',
  transfer: 'KeyT',
  hangUp: 'KeyE',
  states: 'KeyS',
  panel: 'KeyP',
}

export const presets = ['bellhop', 'flex'] as const
export type Preset = (typeof presets)[number]

/** Ctrl+Alt and a letter; the preset for people who come from Flex has Ctrl+Shift. */
export function presetMap(preset: Preset): Keymap {
  const held = { ctrl: true, alt: preset === 'bellhop', shift: preset === 'flex' }
  const chords = Object.fromEntries(
    Object.entries(letters).map(([action, code]) => [action, { code, ...held }]),
  ) as Record<ShortcutAction, Chord | null>
  const alt = { ctrl: false, alt: true, shift: false }
  return {
    on: true,
    chords: { ...chords, nextTicket: { code: 'KeyJ', ...alt }, previousTicket: { code: 'KeyK', ...alt } },
  }
}

/** Why a chord cannot be used. */
export type Conflict = { why: 'single' | 'reserved' } | { why: 'taken'; by: ShortcutAction }

/** Chords that browsers keep for themselves, or that write text. */
const reserved = [
  ...['KeyT', 'KeyN', 'KeyW', 'KeyR', 'KeyL', 'KeyC', 'KeyV', 'KeyX', 'KeyZ', 'KeyA', 'KeyF', 'KeyP', 'KeyS'].map(
    (code) => `ctrl+${code}`,
  ),
  ...['KeyT', 'KeyN', 'KeyW'].map((code) => `ctrl+shift+${code}`),
  'alt+F4',
  'alt+Tab',
  'alt+ArrowLeft',
  'alt+ArrowRight',
]

const modifiers = /^(Control|Alt|Shift|Meta|OS)/

/** The keys of an event, or null while only modifiers are held. */
export function chordOf(event: Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'altKey' | 'shiftKey'>): Chord | null {
  if (!event.code || modifiers.test(event.code)) return null
  return { code: event.code, ctrl: event.ctrlKey, alt: event.altKey, shift: event.shiftKey }
}

export function chordKey({ code, ctrl, alt, shift }: Chord): string {
  return [ctrl && 'ctrl', alt && 'alt', shift && 'shift', code].filter(Boolean).join('+')
}

/** Whether a chord may belong to an action. A single key, or one with Shift alone, would be pressed while typing. */
export function conflictOf(map: Keymap, action: ShortcutAction, chord: Chord): Conflict | null {
  const key = chordKey(chord)
  if (!chord.ctrl && !chord.alt) return { why: 'single' }
  if (reserved.includes(key)) return { why: 'reserved' }
  const by = shortcutActions.find((other) => {
    const theirs = map.chords[other]
    return other !== action && theirs !== null && chordKey(theirs) === key
  })
  return by ? { why: 'taken', by } : null
}

/** The action that a chord stands for. */
export function actionOf(map: Keymap, chord: Chord): ShortcutAction | null {
  if (!map.on) return null
  const key = chordKey(chord)
  return shortcutActions.find((action) => map.chords[action] !== null && chordKey(map.chords[action]) === key) ?? null
}

/** A chord as it is printed on the keys: Ctrl Alt A. */
export function chordLabel({ code, ctrl, alt, shift }: Chord): string {
  const key = code.replace(/^(Key|Digit|Arrow)/, '').replace(/^Numpad/, 'Num ')
  return [ctrl && 'Ctrl', alt && 'Alt', shift && 'Shift', key].filter(Boolean).join(' ')
}

/** A chord as aria-keyshortcuts writes it: Control+Alt+A. */
export function chordAria(chord: Chord): string {
  return chordLabel(chord).replace('Ctrl', 'Control').replaceAll(' ', '+')
}

/** Reads a keymap from text that anybody may have changed: what makes no sense falls back to the preset. */
export function parseKeymap(text: string | null): Keymap {
  const base = presetMap('bellhop')
  let value: { on?: unknown; chords?: Record<string, unknown> } | null = null
  try {
    value = JSON.parse(text ?? 'null')
  } catch {
    return base
  }
  if (typeof value !== 'object' || value === null) return base
  let map: Keymap = { on: value.on !== false, chords: base.chords }
  const off = Object.fromEntries(shortcutActions.map((action) => [action, null])) as Record<ShortcutAction, null>
  const stored = typeof value.chords === 'object' && value.chords !== null ? value.chords : null
  if (!stored) return map
  map = { ...map, chords: off }
  for (const action of shortcutActions) {
    const chord = action in stored ? readChord(stored[action]) : base.chords[action]
    const usable = chord && conflictOf(map, action, chord) === null ? chord : null
    map = { ...map, chords: { ...map.chords, [action]: usable } }
  }
  return map
}

function readChord(value: unknown): Chord | null {
  if (typeof value !== 'object' || value === null) return null
  const { code, ctrl, alt, shift } = value as Record<string, unknown>
  if (typeof code !== 'string' || !/^\w{1,24}$/.test(code)) return null
  return { code, ctrl: ctrl === true, alt: alt === true, shift: shift === true }
}
