import { useTranslation } from 'react-i18next'
import { useDesk, useServerTime, useWorkplace } from '../app/deskContext.ts'
import type { Look } from '../phone/state.ts'
import type { Notice } from '../phone/view.ts'
import { ConsultOver, DialFailed, Facts, HostileDone, ReadyOrStay, TicketLink, TransferDone } from './CallNotices.tsx'

/** That the caller has gone is worth a moment, no more. */
const goneMs = 4_000

const looks = {
  declined_offer: 'ring',
  missed_offer: 'break',
  missed_too_often: 'break',
  phone_failed: 'dead',
  switch_failed: 'dead',
  was_unreachable: 'dead',
} as const satisfies Record<string, Look>

/** What the agent is told after a call or a missed one. Never a dialog; it stays until he chooses. */
export function NoticeCard() {
  const notice = useDesk().view?.notice
  if (!notice) return null
  if (notice.kind === 'after_call') return <AfterCall notice={notice} />
  if (notice.kind === 'transfer_done') return <TransferDone notice={notice} />
  if (notice.kind === 'consult_over') return <ConsultOver notice={notice} />
  if (notice.kind === 'hostile_done') return <HostileDone notice={notice} />
  if (notice.kind === 'dial_failed') return <DialFailed notice={notice} />
  if (notice.kind === 'caller_gone') return <CallerGone notice={notice} />
  if (notice.kind in looks) return <Told kind={notice.kind as keyof typeof looks} />
  return null
}

function AfterCall({ notice }: { notice: Notice }) {
  const { t } = useTranslation()
  return (
    <section
      className="notice"
      data-s="ready"
      aria-label={t('notice.after_call')}
      data-testid="notice"
      data-kind="after_call"
    >
      <div>
        <h3>{t('notice.after_call')}</h3>
        <Facts notice={notice} />
      </div>
      <p className="sm">{t('notice.after_callHint')}</p>
      <ReadyOrStay />
      <TicketLink notice={notice} />
    </section>
  )
}

function CallerGone({ notice }: { notice: Notice }) {
  const { t } = useTranslation()
  const at = Date.parse(notice.at)
  if (useServerTime(at) > at + goneMs) return null
  return (
    <section className="notice" data-s="ring" data-testid="notice" data-kind="caller_gone">
      <div>
        <b>{t('notice.caller_gone')}</b>
        <div className="sm">{t('notice.caller_goneHint')}</div>
      </div>
    </section>
  )
}

function Told({ kind }: { kind: keyof typeof looks }) {
  const { t } = useTranslation()
  const desk = useDesk()
  const place = useWorkplace()
  const pending = desk.pending.some((p) => p.mode?.presence === 'ready')
  const ready = desk.view?.presence === 'ready'
  return (
    <section className="notice" data-s={looks[kind]} data-testid="notice" data-kind={kind}>
      <div>
        <b>{t(`notice.${kind}`)}</b>
        <div className="sm">{t(`notice.${kind}Hint`, { count: desk.view?.misses ?? 0 })}</div>
      </div>
      {!ready && (
        <button
          type="button"
          className="btn primary full"
          aria-busy={pending}
          disabled={pending}
          onClick={() => void place.desk.choose({ presence: 'ready', kind: '' })}
        >
          {t('notice.toReady')}
        </button>
      )}
    </section>
  )
}
