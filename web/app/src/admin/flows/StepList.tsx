import { IconAlertTriangle, IconChevronDown, IconChevronUp, IconCircleCheck, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stepIcons } from './icons.ts'
import { type Finding, type Kind, kindOf, kinds, maxSteps, type Step } from './model.ts'
import { StepBranches } from './StepBranches.tsx'
import { type Context, findingWord, nameOf, sentence } from './words.ts'

interface Props {
  c: Context
  findings: Finding[]
  chosen: string | null
  /** The steps that the dry run took. */
  way: readonly string[]
  onChoose: (id: string) => void
  onMove: (id: string, by: number) => void
  onAdd: (kind: Kind, at: number) => void
}

/** The steps as a list of sentences, with their branches below them. */
export function StepList(props: Props) {
  const { t } = useTranslation('admin')
  const { c, chosen, onAdd } = props
  const after = chosen === null ? c.steps.length : c.steps.findIndex((s) => s.id === chosen) + 1
  return (
    <div className="stack g3">
      <ol className="steps" aria-label={t('flows.stepsLabel')}>
        {c.steps.map((step, at) => (
          <StepBox key={step.id} {...props} step={step} at={at} />
        ))}
      </ol>
      <AddStep at={after} last={c.steps.length} onAdd={onAdd} />
    </div>
  )
}

function StepBox({ c, step, at, findings, chosen, way, onChoose, onMove }: Props & { step: Step; at: number }) {
  const { t } = useTranslation('admin')
  const mine = findings.filter((f) => f.step === step.id)
  const StepIcon = stepIcons[kindOf(step) ?? 'say']
  const name = nameOf(c, step)
  const classes = ['sbox', step.id === chosen && 'on', way.includes(step.id) && 'way'].filter(Boolean).join(' ')
  return (
    <li className="step" data-step={step.id} data-way={way.includes(step.id)}>
      <span className="no num" aria-hidden>
        {at + 1}
      </span>
      <div className={classes}>
        <div className="hd">
          <StepIcon className="i s" stroke={1.75} aria-hidden />
          <button type="button" className="opener" aria-pressed={step.id === chosen} onClick={() => onChoose(step.id)}>
            <span className="vh">{at + 1} </span>
            {name}
          </button>
          <span className="grow" />
          {mine.length === 0 && (
            <span className="chk" data-s="talk">
              <IconCircleCheck className="i" stroke={1.75} aria-hidden />
              <span className="vh">{t('flows.allGood')}</span>
            </span>
          )}
          <span className="updown">
            <button
              type="button"
              aria-label={t('flows.up', { name })}
              aria-disabled={at === 0}
              onClick={() => onMove(step.id, -1)}
            >
              <IconChevronUp className="i s" stroke={1.75} aria-hidden />
            </button>
            <button
              type="button"
              aria-label={t('flows.down', { name })}
              aria-disabled={at === c.steps.length - 1}
              onClick={() => onMove(step.id, 1)}
            >
              <IconChevronDown className="i s" stroke={1.75} aria-hidden />
            </button>
          </span>
        </div>
        <p className="tx">{sentence(c, step)}</p>
        <StepBranches c={c} step={step} findings={mine} />
        {mine.map((finding) => (
          <p
            key={`${finding.code} ${JSON.stringify(finding.params)}`}
            className="chk"
            data-s={finding.severity === 'error' ? 'dead' : 'break'}
          >
            <IconAlertTriangle className="i" stroke={1.75} aria-hidden />
            {findingWord(c, finding)}
          </p>
        ))}
      </div>
    </li>
  )
}

function AddStep({ at, last, onAdd }: { at: number; last: number; onAdd: (kind: Kind, at: number) => void }) {
  const { t } = useTranslation('admin')
  const [open, setOpen] = useState(false)
  if (last >= maxSteps) return null
  return (
    <fieldset className="addstep row wrap">
      <legend className="vh">{t('flows.addStep')}</legend>
      <button id="flow-add" type="button" className="btn quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconPlus className="i s" stroke={1.75} aria-hidden />
        {at < last ? t('flows.addAfter', { no: at }) : t('flows.addStep')}
      </button>
      {open &&
        kinds.map((kind) => {
          const KindIcon = stepIcons[kind]
          return (
            <button
              key={kind}
              type="button"
              className="btn small"
              onClick={() => {
                setOpen(false)
                onAdd(kind, at)
              }}
            >
              <KindIcon className="i s" stroke={1.75} aria-hidden />
              {t(`flows.kind.${kind}`)}
            </button>
          )
        })}
    </fieldset>
  )
}
