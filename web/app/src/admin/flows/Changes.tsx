import { useTranslation } from 'react-i18next'
import type { Change, Step } from './model.ts'
import { type Context, nameOf, sentence } from './words.ts'

interface Props {
  changes: Change[]
  c: Context
  before: Step[]
  after: Step[]
}

/** What is different between two versions, in sentences: before struck out, after below it. */
export function Changes({ changes, c, before, after }: Props) {
  const { t } = useTranslation('admin')
  if (changes.length === 0) return <p className="t2">{t('flows.versions.none')}</p>
  const old = { ...c, steps: before }
  const now = { ...c, steps: after }
  return (
    <ul className="flowdiff">
      {changes.map((change) => {
        const step = change.after ?? change.before
        return (
          <li key={change.id}>
            <span className="pill line">{t(`flows.change.${change.what}`)}</span>{' '}
            <b>{step && nameOf(change.after ? now : old, step)}</b>
            {change.before && change.what !== 'moved' && <del>{detail(old, change.before)}</del>}
            {change.after && change.what !== 'moved' && <ins>{detail(now, change.after)}</ins>}
          </li>
        )
      })}
    </ul>
  )
}

/** The sentence, with what it leaves out: each key of a menu, and each holiday. */
function detail(c: Context, step: Step): string {
  const keys = Object.entries(step.keys ?? {}).map(([key, to]) => {
    const target = c.steps.find((s) => s.id === to)
    return `${key} ${step.labels?.[key] ?? ''} → ${target ? nameOf(c, target) : c.t('flows.nowhere')}`
  })
  return [sentence(c, step), ...keys, (step.holidays ?? []).join(', ')].filter(Boolean).join(' · ')
}
