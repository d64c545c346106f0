import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Check } from './FlowEditor.tsx'
import { type Context, findingWord, nameOf } from './words.ts'

interface Props {
  check: Check
  c: Context
  onGo: (step: string) => void
}

/** What keeps a flow from being saved, and the way to the first of it. */
export function Problems({ check, c, onGo }: Props) {
  const { t } = useTranslation('admin')
  if (check.failed) {
    return (
      <p className="strip" data-s="break" role="alert">
        {t('flows.checkFailed')}
      </p>
    )
  }
  const errors = check.findings.filter((f) => f.severity === 'error')
  const first = errors[0]
  if (!first) {
    return (
      <p className="strip quiet sm" data-s="talk" role="status">
        <IconCircleCheck className="i s" stroke={1.75} aria-hidden />
        {check.busy ? t('flows.checking') : t('flows.allGood')}
      </p>
    )
  }
  const at = c.steps.findIndex((s) => s.id === first.step)
  const step = c.steps[at]
  return (
    <div className="strip" data-s="dead" role="status" data-testid="flow-problems">
      <IconAlertTriangle className="i s" stroke={1.75} aria-hidden />
      <span className="grow">
        <b>{t('flows.mustFix', { count: errors.length })}</b> {step && `${at + 1} ${nameOf(c, step)}: `}
        {findingWord(c, first)}
      </span>
      {step && (
        <button type="button" className="aslink" onClick={() => onGo(step.id)}>
          {t('flows.goTo', { no: at + 1 })}
        </button>
      )}
    </div>
  )
}
