import { IconAlertTriangle, IconCheck, IconClock, IconLoader2, IconMinus, IconVolume, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { PreflightState } from './preflight.ts'
import { HearAgain, Question, SkipVoice } from './Question.tsx'
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
export function PreflightStep({ step, state }: { step: Step; state: PreflightState }) {
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
        <Sentence step={step} state={state} />
        {step.state === 'ask' && <Question of={step.id} />}
        {step.id === 'voice' && step.state === 'running' && <SkipVoice />}
      </div>
      <div className="sm num side">
        <Value step={step} state={state} />
      </div>
    </li>
  )
}

function Sentence({ step, state }: { step: Step; state: PreflightState }) {
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
    if (step.id === 'voice' && state.voice === 'recording') {
      return t('preflight.recording', { seconds: state.secondsLeft })
    }
    if (step.id === 'voice' && state.voice === 'playing') return t('preflight.playing')
    if (step.state === 'ask') return t(step.id === 'voice' ? 'preflight.questionVoice' : 'preflight.question')
    if (step.state === 'skipped') return t('step.skipped')
    return t(step.state === 'running' ? 'step.running' : 'step.waiting')
  }
}

function Value({ step, state: whole }: { step: Step; state: PreflightState }) {
  const { t } = useTranslation()
  const { id, state, facts } = step
  const { level } = whole
  const recording = id === 'voice' && whole.voice === 'recording'
  if (recording || (id === 'microphone' && state === 'running')) {
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
  if (id === 'voice' && whole.recorded && !whole.running) return <HearAgain />
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
