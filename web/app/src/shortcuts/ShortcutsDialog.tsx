import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isComposing } from '../app/composing.ts'
import { useWorkplace } from '../app/deskContext.ts'
import { Pop } from '../app/Pop.tsx'
import { useWindows } from '../app/windows.ts'
import { type Conflict, chordLabel, chordOf, presets, type ShortcutAction, shortcutActions } from './keymap.ts'
import { useKeymap } from './useShortcutKeys.ts'

/** The list of shortcuts under `?`: each can be changed or switched off, and all of them together. */
export function ShortcutsDialog() {
  const { close: onClose } = useWindows()
  const { t } = useTranslation()
  const { shortcuts } = useWorkplace()
  const map = useKeymap()
  const [changing, setChanging] = useState<ShortcutAction | null>(null)
  const [said, setSaid] = useState('')
  return (
    <Pop title={t('shortcut.title')} className="shortcuts" onClose={onClose}>
      <p className="sm t2">{t('shortcut.lead')}</p>
      <label className="row sm m">
        <input type="checkbox" checked={map.on} onChange={({ target }) => shortcuts.switch(target.checked)} />
        {t('shortcut.on')}
      </label>
      <table className="keys">
        <thead className="vh">
          <tr>
            <th scope="col">{t('shortcut.action')}</th>
            <th scope="col">{t('shortcut.keys')}</th>
            <th scope="col">{t('shortcut.change')}</th>
          </tr>
        </thead>
        <tbody>
          {shortcutActions.map((action) => (
            <Row key={action} action={action} changing={changing === action} onChange={setChanging} onSaid={setSaid} />
          ))}
        </tbody>
      </table>
      <div className="row sm">
        <span className="grow t2">{t('shortcut.presets')}</span>
        {presets.map((preset) => (
          <button key={preset} type="button" className="btn small" onClick={() => shortcuts.use(preset)}>
            {t(`shortcut.preset_${preset}`)}
          </button>
        ))}
      </div>
      <p className="xs t2">
        {t('shortcut.also')} {t('shortcut.hostile')}
      </p>
      <div className="vh" role="status">
        {said}
      </div>
    </Pop>
  )
}

interface RowProps {
  action: ShortcutAction
  changing: boolean
  onChange: (action: ShortcutAction | null) => void
  onSaid: (words: string) => void
}

function Row({ action, changing, onChange, onSaid }: RowProps) {
  const { t } = useTranslation()
  const { shortcuts } = useWorkplace()
  const { on, chords } = useKeymap()
  const name = t(`shortcut.${action}`)
  const chord = chords[action]
  const switchOff = () => {
    shortcuts.change(action, null)
    onSaid(t('shortcut.changed', { action: name, keys: t('shortcut.none') }))
  }
  return (
    <tr data-action={action}>
      <th scope="row">{name}</th>
      <td className={on ? undefined : 't3'}>
        {changing ? (
          <Catcher action={action} onDone={() => onChange(null)} onSaid={onSaid} />
        ) : chord ? (
          chordLabel(chord)
            .split(' ')
            .map((key) => <kbd key={key}>{key}</kbd>)
        ) : (
          t('shortcut.none')
        )}
      </td>
      <td>
        <button
          type="button"
          className="btn small"
          aria-label={t('shortcut.changeOf', { action: name })}
          aria-expanded={changing}
          onClick={() => onChange(changing ? null : action)}
        >
          {t('shortcut.change')}
        </button>
        {chord && (
          <button
            type="button"
            className="btn small quiet"
            aria-label={t('shortcut.offOf', { action: name })}
            onClick={switchOff}
          >
            {t('shortcut.off')}
          </button>
        )}
      </td>
    </tr>
  )
}

interface CatcherProps {
  action: ShortcutAction
  onDone: () => void
  onSaid: (words: string) => void
}

/** Takes the next keys that are pressed, or says why they cannot be used. */
function Catcher({ action, onDone, onSaid }: CatcherProps) {
  const { t } = useTranslation()
  const { shortcuts } = useWorkplace()
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const box = useRef<HTMLButtonElement>(null)
  useEffect(() => box.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return onDone()
    const chord = chordOf(event.nativeEvent)
    if (!chord || isComposing(event.nativeEvent)) return
    const refused = shortcuts.change(action, chord)
    setConflict(refused)
    if (refused) return
    onSaid(t('shortcut.changed', { action: t(`shortcut.${action}`), keys: chordLabel(chord) }))
    onDone()
  }
  const reason =
    conflict?.why === 'taken'
      ? t('shortcut.taken', { action: t(`shortcut.${conflict.by}`) })
      : conflict && t(`shortcut.${conflict.why}`)
  return (
    <button type="button" ref={box} className="catcher" onKeyDown={onKeyDown}>
      <span role={reason ? 'alert' : undefined}>{reason ?? t('shortcut.press')}</span>
    </button>
  )
}
