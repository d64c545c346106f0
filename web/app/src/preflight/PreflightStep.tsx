import { IconAlertTriangle, IconCheck, IconClock, IconLoader2, IconMinus, IconVolume, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useWorkplace } from '../app/deskContext.ts'
import type { Step, StepState } from './verdict.ts'

const looks: Record<StepState, { look: string; icon: typeof IconCheck }> = {
  waiting: { look: 'out', icon: IconClock },
  running: { look: 'ring', icon: IconLoader2 },
  ask: { look: 'ring', icon: IconVolume },
  ok: { look: 'talk', icon: IconCheck },
  warn: { look: 'break', icon: IconAlertTriangle },
  bad: { look: 'dead', icon: IconX },
  skipped: { look: 'out', icon: IconMinus },
}

/** One check: what it is, how it went, and what to do. */
export function PreflightStep({ step, level }: { step: Step; level: number }) {
  const { t } = useTranslation()
  const { look, icon: Icon } = looks[step.state]
  return (
    <li className="check" data-step={step.id} data-state={step.state}>
      <span className="ava" data-s={look}>
        <Icon className={step.state === 'running' ? 'i turning' : 'i'} stroke={1.75} aria-hidden />
      </span>
      <div className="grow">
        <div className="m">
          {t(`step.${step.id}`)} <span className="vh">{t(`step.state_${step.state}`)}</span>
        </div>
        <Sentence step={step} />
        {step.state === 'ask' && <Question />}
      </div>
      <div className="sm num side">
        <Value step={step} level={level} />
      </div>
    </li>
  )
}

function Sentence({ step }: { step: Step }) {
  const { t } = useTranslation()
  const device = step.facts.device
  return (
    <div className="sm t2">
      {words()}
      {device !== undefined && ` ${device || t('step.deviceSystem')}`}
    </div>
  )

  function words(): string {
    if (step.finding) return t(`finding.${step.finding}`)
    if (step.state === 'ok') return t(`step.${step.id}_ok`)
    if (step.state === 'running' && step.id === 'microphone') return t('preflight.speak')
    if (step.state === 'ask') return t('preflight.question')
    if (step.state === 'skipped') return t('step.skipped')
    return t(step.state === 'running' ? 'step.running' : 'step.waiting')
  }
}

/** Only a person knows whether a loudspeaker is heard. */
function Question() {
  const { t } = useTranslation()
  const { preflight } = useWorkplace()
  return (
    <div className="row answers">
      <button type="button" className="btn small primary" onClick={() => preflight.heard(true)}>
        {t('preflight.heardYes')}
      </button>
      <button type="button" className="btn small" onClick={() => preflight.heard(false)}>
        {t('preflight.heardNo')}
      </button>
      <button type="button" className="btn small quiet" onClick={() => void preflight.playAgain()}>
        {t('preflight.playAgain')}
      </button>
    </div>
  )
}

function Value({ step, level }: { step: Step; level: number }) {
  const { t } = useTranslation()
  const { id, state, facts } = step
  if (id === 'microphone' && state === 'running') {
    return (
      <span className="row">
        {t('preflight.inputLevel')}
        <span className="lvl" data-level={level} role="img" aria-label={t('devices.level')}>
          <i />
          <i />
          <i />
          <i />
          <i />
        </span>
      </span>
    )
  }
  if (id === 'permission') return state === 'ok' ? t('step.permissionValue') : null
  if (id === 'registration') return facts.extension ? t('step.registrationValue', { extension: facts.extension }) : null
  if (id === 'path' && facts.candidate) return t(facts.candidate === 'relay' ? 'step.path_relay' : 'step.path_direct')
  if (id !== 'call' || facts.mos === undefined) return null
  return (
    <>
      {t('step.callValue', { mos: facts.mos, delay: facts.delay_ms })}
      <br />
      <span className="t3">{t('step.callMore', { jitter: facts.jitter_ms, loss: facts.loss_percent })}</span>
    </>
  )
}
