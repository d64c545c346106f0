import { useTranslation } from 'react-i18next'
import { type Finding, keyOrder, type Step } from './model.ts'
import { type Context, targetWord } from './words.ts'

interface Props {
  c: Context
  step: Step
  findings: Finding[]
}

/** Where a step leads, branch by branch, indented below it. */
export function StepBranches({ c, step, findings }: Props) {
  const { t } = useTranslation('admin')
  if (step.kind === 'hours') {
    return (
      <ul className="brs wide">
        <Branch
          sign={t('flows.yes')}
          words={t('flows.panel.nextOpen')}
          to={targetWord(c, step.next)}
          wrong={!step.next}
        />
        <Branch
          sign={t('flows.no')}
          words={t('flows.panel.elseClosed')}
          to={targetWord(c, step.else)}
          wrong={!step.else}
        />
      </ul>
    )
  }
  if (step.kind === 'menu') {
    const keys = keyOrder.filter((key) => step.keys && key in step.keys)
    const wrong = (key: string) => findings.some((f) => f.params?.key === key)
    return (
      <ul className="brs">
        {keys.map((key) => (
          <Branch
            key={key}
            sign={key}
            words={step.labels?.[key] ?? ''}
            to={targetWord(c, step.keys?.[key])}
            wrong={wrong(key)}
          />
        ))}
        <Branch sign="–" words={t('flows.panel.elseMenu')} to={targetWord(c, step.else)} wrong={!step.else} />
      </ul>
    )
  }
  if (step.kind === 'queue' && step.else) {
    return (
      <ul className="brs">
        <Branch sign="→" words={t('flows.panel.elseQueue')} to={targetWord(c, step.else)} wrong={false} />
      </ul>
    )
  }
  return null
}

function Branch({ sign, words, to, wrong }: { sign: string; words: string; to: string; wrong: boolean }) {
  return (
    <li className="br">
      <span className="key">{sign}</span>
      <span>{words}</span>
      <span className="pill line" data-s={wrong ? 'dead' : undefined}>
        {to}
      </span>
    </li>
  )
}
