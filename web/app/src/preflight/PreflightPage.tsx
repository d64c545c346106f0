import { notifications } from '@mantine/notifications'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconCopy,
  IconInfoCircle,
  IconRefresh,
} from '@tabler/icons-react'
import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useTitle, useWorkplace } from '../app/deskContext.ts'
import { inCall } from '../phone/state.ts'
import { PreflightStep } from './PreflightStep.tsx'
import type { PreflightState } from './preflight.ts'
import type { Verdict } from './verdict.ts'

/** 통화 점검, also at /phone/test: microphone, loudspeaker and network before the first 대기. */
export function PreflightPage() {
  const { t } = useTranslation()
  useTitle(t('preflight.title'))
  const { preflight } = useWorkplace()
  const state = useSyncExternalStore(preflight.subscribe, preflight.getState)
  useEffect(() => () => preflight.leave(), [preflight])
  return (
    <div className="page preflight" data-testid="preflight">
      <header className="row start">
        <div className="grow">
          <div className="crumb">
            {t('preflight.crumb')} › {t('preflight.title')}
          </div>
          <h1>{t('preflight.title')}</h1>
        </div>
        <Actions state={state} />
      </header>
      <Summary state={state} />
      <ol className="panel checks" aria-label={t('preflight.title')}>
        {state.steps.map((step) => (
          <PreflightStep key={step.id} step={step} state={state} />
        ))}
      </ol>
      <p className="sm t2">{t('preflight.share')}</p>
    </div>
  )
}

function Actions({ state }: { state: PreflightState }) {
  const { t } = useTranslation()
  const { preflight } = useWorkplace()
  const busy = inCall(useDesk())
  const copy = async () => {
    const copied = await navigator.clipboard.writeText(preflight.report()).then(
      () => true,
      () => false,
    )
    notifications.show({
      message: t(copied ? 'preflight.copied' : 'preflight.copyFailed'),
      color: copied ? 'green' : 'red',
    })
  }
  const begun = state.startedAt !== null
  return (
    <>
      {begun && !state.running && (
        <button type="button" className="btn" onClick={() => void copy()}>
          <IconCopy className="i s" stroke={1.75} aria-hidden />
          {t('preflight.copy')}
        </button>
      )}
      {state.running ? (
        <button type="button" className="btn" onClick={() => preflight.stop()}>
          {t('preflight.stop')}
        </button>
      ) : (
        <button
          type="button"
          className={begun ? 'btn' : 'btn primary'}
          disabled={busy}
          onClick={() => void preflight.run()}
        >
          {begun && <IconRefresh className="i s" stroke={1.75} aria-hidden />}
          {t(begun ? 'preflight.again' : 'preflight.start')}
        </button>
      )}
    </>
  )
}

const looks = { good: 'talk', fair: 'break', bad: 'dead' } as const satisfies Record<Verdict, string>
const icons = { good: IconCircleCheck, fair: IconAlertTriangle, bad: IconCircleX }

/** The plain verdict, or what is going on. */
function Summary({ state }: { state: PreflightState }) {
  const { t } = useTranslation()
  const { verdict, steps } = state
  const desk = useDesk()
  const Icon = verdict ? icons[verdict] : IconInfoCircle
  const passed = steps.filter((step) => step.state === 'ok').length
  const signedOut = desk.view?.presence === 'signed_out'
  return (
    <div className="notice row" data-s={verdict ? looks[verdict] : 'work'} role="status" data-verdict={verdict ?? ''}>
      <Icon className="i l" stroke={1.75} aria-hidden />
      <div className="grow">
        <b className="md">{title()}</b>
        <div className="sm t2">{more()}</div>
      </div>
    </div>
  )

  function title(): string {
    if (verdict) return t(`preflight.${verdict}`)
    if (state.running) return t('preflight.running')
    if (state.interrupted) return t('preflight.interrupted')
    return inCall(desk) ? t('preflight.inCall') : t('preflight.lead')
  }

  function more(): string {
    if (verdict) {
      const counts = t('preflight.summary', { total: steps.length, passed, seconds: Math.round(state.tookMs / 1000) })
      return verdict === 'bad' ? `${counts} · ${t('preflight.badHint')}` : counts
    }
    if (state.interrupted) return t('preflight.interruptedHint')
    return signedOut && !state.running ? t('preflight.leadSignIn') : ''
  }
}
