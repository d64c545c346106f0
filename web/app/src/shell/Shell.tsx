import { IconPhone, IconSettings, IconTicket } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { mayAdminister, useSession } from '../admin/frame/rights.ts'
import { useDesk, useTitle, useWorkplace } from '../app/deskContext.ts'
import { fetchWhenIdle } from '../app/later.tsx'
import { WindowsContext } from '../app/windows.ts'
import { CallBar } from '../panel/CallBar.tsx'
import { Keypad } from '../panel/Keypad.tsx'
import { LiveRegions } from '../panel/LiveRegions.tsx'
import { PhonePanel } from '../panel/PhonePanel.tsx'
import { RefusalToasts } from '../panel/RefusalToasts.tsx'
import { RemoteAudio } from '../panel/RemoteAudio.tsx'
import { useCollapse } from '../panel/useCollapse.ts'
import { hasPhone, inCall } from '../phone/state.ts'
import { OneWayAlarm } from '../quality/OneWayAlarm.tsx'
import { ShortcutKeys } from '../shortcuts/ShortcutKeys.tsx'
import { LinkBanner, ServerBanner, SoundBanner, SwitchBanner } from './Banners.tsx'
import { Logo } from './Logo.tsx'
import { OpenWindow } from './OpenWindow.tsx'
import { TopBar } from './TopBar.tsx'
import { useWindowState } from './useWindowState.ts'

/** The frame around every page. The phone lives here, outside of the pages, so that no change of page touches it. */
export function Shell() {
  const { t } = useTranslation()
  const desk = useDesk()
  const alone = useLocation().pathname === '/phone'
  const collapse = useCollapse(alone)
  const withPhone = hasPhone(desk)
  const panel = withPhone && !collapse.collapsed
  const session = useSession()
  const administers = session !== undefined && mayAdminister(session)
  const windows = useWindowState(collapse.open)
  useLeaveWarning(inCall(desk))
  useEffect(fetchWhenIdle, [])
  const openPhone = () => {
    collapse.open()
    requestAnimationFrame(() => document.getElementById('phone')?.focus())
  }
  return (
    <WindowsContext value={windows}>
      <div className={`app${alone ? ' alone' : ''}${panel ? ' open' : ''}`}>
        <a className="skip" href="#main">
          {t('app.skip')}
        </a>
        <nav className="rail" aria-label={t('app.mainMenu')}>
          <Logo className="logo" />
          <Link to="/tickets" activeProps={{ className: 'on', 'aria-current': 'page' }}>
            <IconTicket className="i l" stroke={1.75} aria-hidden />
            {t('nav.tickets')}
          </Link>
          {withPhone && (
            <Link to="/calls" activeProps={{ className: 'on', 'aria-current': 'page' }}>
              <IconPhone className="i l" stroke={1.75} aria-hidden />
              {t('nav.phone')}
            </Link>
          )}
          {administers && (
            <Link
              to="/admin/$"
              params={{ _splat: '' }}
              activeProps={{ className: 'on', 'aria-current': 'page' }}
              activeOptions={{ exact: false }}
            >
              <IconSettings className="i l" stroke={1.75} aria-hidden />
              {t('nav.admin')}
            </Link>
          )}
        </nav>
        <TopBar openPhone={openPhone} panelOpen={panel} />
        <div className="bars">
          <SoundBanner />
          <SwitchBanner />
          <ServerBanner />
          <LinkBanner />
          {withPhone && collapse.collapsed && <CallBar onExpand={openPhone} />}
        </div>
        <main className="main" id="main" tabIndex={-1}>
          <Outlet />
        </main>
        {panel && <PhonePanel onCollapse={alone ? undefined : collapse.close} />}
        {alone && !withPhone && <NoPhone />}
        {withPhone && !panel && <Keypad floating />}
        <OpenWindow />
        <ShortcutKeys openPhone={collapse.open} />
        <OneWayAlarm />
        <LiveRegions />
        <RefusalToasts />
        <RemoteAudio />
      </div>
    </WindowsContext>
  )
}

function NoPhone() {
  const { t } = useTranslation()
  const { synced } = useDesk()
  useTitle(t('nav.phone'))
  return (
    <aside className="phone" aria-label={t('phone.label')}>
      <div className="empty">
        <h2>{synced ? t('mic.no_phone') : t('app.loading')}</h2>
        {synced && <p>{t('mic.no_phoneHint')}</p>}
      </div>
    </aside>
  )
}

/** Asks before the page is left during a call. */
function useLeaveWarning(busy: boolean): void {
  const { title } = useWorkplace()
  useEffect(() => {
    if (!busy) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [busy])
  useEffect(() => () => title.stop(), [title])
}
