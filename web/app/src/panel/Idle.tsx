import { IconInfoCircle, IconPhoneOutgoing } from '@tabler/icons-react'
import { Trans, useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { RecentCalls } from '../history/RecentCalls.tsx'
import type { ScreenState } from '../phone/state.ts'
import { PreflightPrompt } from '../preflight/PreflightPrompt.tsx'
import { NoticeCard } from './NoticeCard.tsx'
import { StateTiles } from './StateTiles.tsx'
import { Strip } from './Strip.tsx'

/** 기본, 대기, 휴식, 업무: what the agent was told, the tiles, and who waits. */
export function Idle({ state }: { state: ScreenState }) {
  const { t } = useTranslation()
  const { view } = useDesk()
  const { show } = useWindows()
  if (!view) return null
  return (
    <>
      <NoticeCard />
      <PreflightPrompt />
      <StateTiles />
      <button type="button" className="btn big full" onClick={() => show('dial')}>
        <IconPhoneOutgoing className="i" stroke={1.75} aria-hidden />
        {t('dial.open')}
      </button>
      {!view.notice && <Hint state={state} />}
      <div>
        <hr />
        <div className="qrow" style={{ paddingTop: 12 }}>
          <span className="t2">{t('phone.waiting')}</span>
          <b className={view.waiting > 0 ? 'num late' : 'num'} data-testid="waiting">
            {view.waiting > 0 ? t('phone.waitingCount', { count: view.waiting }) : t('phone.waitingNone')}
          </b>
        </div>
      </div>
      <RecentCalls />
    </>
  )
}

function Hint({ state }: { state: ScreenState }) {
  const { t } = useTranslation()
  switch (state) {
    case 'default':
      return (
        <Strip look="ready" icon={IconInfoCircle}>
          <Trans i18nKey="phone.justSignedIn" components={{ b: <b /> }} />
        </Strip>
      )
    case 'ready':
      return <p className="sm t2">{t('phone.readyHint')}</p>
    case 'break':
      return <p className="sm t2">{t('phone.breakHint')}</p>
    case 'work':
      return <p className="sm t2">{t('phone.workHint')}</p>
    default:
      return null
  }
}
