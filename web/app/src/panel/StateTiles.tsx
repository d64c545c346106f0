import { IconCheck, IconChevronDown } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { modeKey, reachable } from '../phone/state.ts'
import { type Mode, type WorkKind, workKinds } from '../phone/view.ts'
import { StateShape } from './StateShape.tsx'

const tiles = ['default', 'ready', 'break', 'work'] as const

/** The four states an agent may choose (PH-29), and the six kinds of work. Arrow keys move, Space and Enter choose. */
export function StateTiles() {
  const { t } = useTranslation()
  const desk = useDesk()
  const place = useWorkplace()
  const [open, setOpen] = useState(false)
  const group = useRef<HTMLDivElement>(null)
  const view = desk.view
  if (!view) return null
  const pending = desk.pending.find((p) => p.mode)?.mode
  const canBeReady = reachable(desk)
  const choose = (mode: Mode) => {
    setOpen(false)
    if (modeKey(mode) !== modeKey(view)) void place.desk.choose(mode)
  }
  const press = (tile: (typeof tiles)[number]) => {
    if (tile === 'work') setOpen(!open)
    else if (tile !== 'ready' || canBeReady) choose({ presence: tile, kind: '' })
  }
  return (
    <>
      <div className="sbtns" role="radiogroup" aria-label={t('phone.changeState')} ref={group} onKeyDown={moveFocus}>
        {tiles.map((tile) => (
          // biome-ignore lint/a11y/useSemanticElements: a tile is a button that works like a radio button.
          <button
            key={tile}
            type="button"
            role="radio"
            className="sbtn"
            data-s={tile}
            aria-checked={view.presence === tile}
            aria-busy={pending?.presence === tile}
            aria-disabled={tile === 'ready' && !canBeReady}
            tabIndex={view.presence === tile ? 0 : -1}
            onClick={() => press(tile)}
          >
            <StateShape look={tile} />
            <span className="word">
              {t(`state.${tile}`)}
              {tile === 'work' && <IconChevronDown className="i s" stroke={1.75} aria-hidden />}
            </span>
          </button>
        ))}
      </div>
      {open && (
        <Kinds
          chosen={view.presence === 'work' ? view.kind : ''}
          onChoose={(kind) => choose({ presence: 'work', kind })}
          onClose={() => {
            setOpen(false)
            group.current?.querySelector<HTMLElement>('[data-s="work"]')?.focus()
          }}
        />
      )}
    </>
  )
}

interface KindsProps {
  chosen: string
  onChoose: (kind: WorkKind) => void
  onClose: () => void
}

function Kinds({ chosen, onChoose, onClose }: KindsProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus(), [])
  const first = (workKinds as readonly string[]).includes(chosen) ? chosen : workKinds[0]
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
    else moveFocus(event)
  }
  return (
    <div className="kinds" role="radiogroup" aria-label={t('phone.workKinds')} ref={list} onKeyDown={onKeyDown}>
      {workKinds.map((kind) => (
        // biome-ignore lint/a11y/useSemanticElements: an entry is a button that works like a radio button.
        <button
          key={kind}
          type="button"
          role="radio"
          aria-checked={chosen === kind}
          tabIndex={first === kind ? 0 : -1}
          onClick={() => onChoose(kind)}
        >
          {chosen === kind ? <IconCheck className="i s" aria-hidden /> : <span className="i" />}
          {t(`kind.${kind}`)}
        </button>
      ))}
    </div>
  )
}

/** Moves the focus inside of a radio group without choosing: choosing a state has consequences. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
  if (!step) return
  const radios = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="radio"]')]
  const at = radios.indexOf(document.activeElement as HTMLElement)
  radios[(at + step + radios.length) % radios.length]?.focus()
  event.preventDefault()
}
