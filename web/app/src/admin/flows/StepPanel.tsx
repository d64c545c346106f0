import { TextInput } from '@mantine/core'
import { IconAlertTriangle, IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { HoursFields } from './HoursFields.tsx'
import { MenuFields } from './MenuFields.tsx'
import type { Finding, Step } from './model.ts'
import { QueueFields } from './QueueFields.tsx'
import { SoundSelect, TargetSelect } from './selects.tsx'
import { type Context, findingWord, nameOf } from './words.ts'

interface Props {
  c: Context
  step: Step
  findings: Finding[]
  onChange: (step: Step) => void
  onMove: (by: number) => void
  onDelete: () => void
  onClose: () => void
}

/** What a step does, field by field. */
export function StepPanel({ c, step, findings, onChange, onMove, onDelete, onClose }: Props) {
  const { t } = useTranslation('admin')
  const head = useRef<HTMLHeadingElement>(null)
  const at = c.steps.findIndex((s) => s.id === step.id)
  const name = nameOf(c, step)
  useEffect(() => head.current?.focus({ preventScroll: true }), [])
  return (
    <section className="panel steppanel" aria-label={name} data-testid="step-panel">
      <div className="ph">
        <span className="no2 num" aria-hidden>
          {at + 1}
        </span>
        <h2 className="grow" ref={head} tabIndex={-1}>
          {name}
        </h2>
        <button type="button" className="btn small quiet icon" aria-label={t('flows.closePanel')} onClick={onClose}>
          <IconX className="i s" stroke={1.75} aria-hidden />
        </button>
      </div>
      <div className="stack g3 in">
        {findings.map((f) => (
          <p
            key={`${f.code} ${JSON.stringify(f.params)}`}
            className="chk"
            data-s={f.severity === 'error' ? 'dead' : 'break'}
          >
            <IconAlertTriangle className="i" stroke={1.75} aria-hidden />
            {findingWord(c, f)}
          </p>
        ))}
        <TextInput
          label={t('flows.panel.name')}
          maxLength={100}
          value={step.name ?? ''}
          onChange={(e) => onChange({ ...step, name: e.currentTarget.value })}
        />
        <Fields c={c} step={step} onChange={onChange} />
        <div className="row sm">
          <span className="updown">
            <button
              type="button"
              aria-label={t('flows.up', { name })}
              aria-disabled={at === 0}
              onClick={() => onMove(-1)}
            >
              <IconChevronUp className="i s" stroke={1.75} aria-hidden />
            </button>
            <button
              type="button"
              aria-label={t('flows.down', { name })}
              aria-disabled={at === c.steps.length - 1}
              onClick={() => onMove(1)}
            >
              <IconChevronDown className="i s" stroke={1.75} aria-hidden />
            </button>
          </span>
          <span className="t2">{t('flows.order')}</span>
          <span className="grow" />
          <button type="button" className="btn small danger" onClick={onDelete}>
            {t('flows.deleteStep')}
          </button>
        </div>
      </div>
    </section>
  )
}

export interface FieldsProps {
  c: Context
  step: Step
  onChange: (step: Step) => void
}

function Fields({ c, step, onChange }: FieldsProps) {
  const { t } = useTranslation('admin')
  switch (step.kind) {
    case 'hours':
      return <HoursFields c={c} step={step} onChange={onChange} />
    case 'menu':
      return <MenuFields c={c} step={step} onChange={onChange} />
    case 'queue':
      return <QueueFields c={c} step={step} onChange={onChange} />
    case 'say':
      return (
        <>
          <SoundSelect c={c} value={step.sound} onChange={(sound) => onChange({ ...step, sound })} />
          <TargetSelect
            c={c}
            self={step.id}
            label={t('flows.panel.next')}
            value={step.next}
            onChange={(next) => onChange({ ...step, next })}
          />
        </>
      )
    case 'hangup':
      return <SoundSelect c={c} optional value={step.sound} onChange={(sound) => onChange({ ...step, sound })} />
    case 'number':
      return (
        <TextInput
          label={t('flows.panel.number')}
          inputMode="tel"
          maxLength={30}
          value={step.number ?? ''}
          onChange={(e) => onChange({ ...step, number: e.currentTarget.value })}
        />
      )
    default:
      return null
  }
}
