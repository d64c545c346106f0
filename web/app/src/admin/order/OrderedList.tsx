import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { IconArrowBarToUp, IconChevronDown, IconChevronUp, IconGripVertical } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { moved } from './moved.ts'

interface Props<T> {
  items: T[]
  keyOf: (item: T) => string
  /** What it is called, for the buttons and for what is announced. */
  nameOf: (item: T) => string
  /** The line, without its place and buttons. */
  children: (item: T) => ReactNode
  /** Gets every key in the new order. */
  onOrder: (keys: string[]) => void
  label: string
  busy?: boolean
}

/** A list in an order that people make: by dragging, and by the buttons ▲ ▼ and 맨 위로 (WCAG 2.2, 2.5.7). */
export function OrderedList<T>({ items, keyOf, nameOf, children, onOrder, label, busy }: Props<T>) {
  const { t } = useTranslation('admin')
  const [said, setSaid] = useState('')
  const keys = items.map(keyOf)
  const move = (from: number, to: number) => {
    const item = items[from]
    if (busy || item === undefined || from === to || to < 0 || to >= items.length) return
    onOrder(moved(keys, from, to))
    setSaid(t('order.moved', { name: nameOf(item), place: to + 1 }))
  }
  return (
    <>
      <ol className="panel ordered" aria-label={label} aria-busy={busy}>
        {items.map((item, at) => (
          <Line key={keyOf(item)} id={keyOf(item)} at={at} keys={keys} onMove={move}>
            <Buttons name={nameOf(item)} at={at} last={items.length - 1} onMove={move} />
            <span className="grow">{children(item)}</span>
          </Line>
        ))}
      </ol>
      <span className="vh" role="status">
        {said}
      </span>
    </>
  )
}

interface LineProps {
  id: string
  at: number
  keys: string[]
  onMove: (from: number, to: number) => void
  children: ReactNode
}

function Line({ id, at, keys, onMove, children }: LineProps) {
  const { t } = useTranslation('admin')
  const line = useRef<HTMLLIElement>(null)
  const grip = useRef<HTMLSpanElement>(null)
  const [over, setOver] = useState(false)
  useEffect(() => {
    const element = line.current
    if (!element || !grip.current) return
    const stopDrag = draggable({ element, dragHandle: grip.current, getInitialData: () => ({ ordered: id }) })
    const stopDrop = dropTargetForElements({
      element,
      canDrop: ({ source }) => keys.includes(String(source.data.ordered)),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        onMove(keys.indexOf(String(source.data.ordered)), at)
      },
    })
    return () => {
      stopDrag()
      stopDrop()
    }
  }, [id, at, keys, onMove])
  return (
    <li ref={line} className="row" data-over={over}>
      <span ref={grip} className="grip" title={t('order.drag')} aria-hidden>
        <IconGripVertical className="i s" stroke={1.75} />
      </span>
      <b className="num place">{at + 1}</b>
      {children}
    </li>
  )
}

interface ButtonsProps {
  name: string
  at: number
  last: number
  onMove: (from: number, to: number) => void
}

function Buttons({ name, at, last, onMove }: ButtonsProps) {
  const { t } = useTranslation('admin')
  // A button that cannot move it keeps the focus: who presses ▲ again and again must not lose his place.
  return (
    <span className="updown three">
      <button
        type="button"
        aria-label={t('order.up', { name })}
        aria-disabled={at === 0}
        onClick={() => onMove(at, at - 1)}
      >
        <IconChevronUp className="i s" stroke={1.75} aria-hidden />
      </button>
      <button
        type="button"
        aria-label={t('order.down', { name })}
        aria-disabled={at === last}
        onClick={() => onMove(at, at + 1)}
      >
        <IconChevronDown className="i s" stroke={1.75} aria-hidden />
      </button>
      <button
        type="button"
        aria-label={t('order.top', { name })}
        aria-disabled={at === 0}
        onClick={() => onMove(at, 0)}
      >
        <IconArrowBarToUp className="i s" stroke={1.75} aria-hidden />
      </button>
    </span>
  )
}
