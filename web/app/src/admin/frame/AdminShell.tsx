import './mantine.ts'
import './admin.css'
import '../form/form.css'

import { Navigate, useParams } from '@tanstack/react-router'
import { type ComponentType, lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { NotFound } from '../../shell/NotFound.tsx'
import { type AdminRoute, type Area, areas } from './areas.ts'
import { match } from './match.ts'
import { AdminLink } from './paths.tsx'
import { may, useSession } from './rights.ts'

/** The frame of the administration: the menu at the left, and the screen that the address names. */
export function AdminShell() {
  const { t } = useTranslation('admin')
  const path = (useParams({ strict: false })._splat ?? '').replace(/^\/+|\/+$/g, '')
  const session = useSession()
  if (!session) return null
  const mine: readonly Area[] = areas.filter((area) => may(session, area.need))
  const [first] = mine
  if (!first) return <NotFound />
  if (path === '') return <Navigate to="/admin/$" params={{ _splat: first.path }} replace />
  const area = mine.find((a) => path === a.path || path.startsWith(`${a.path}/`))
  return (
    <>
      <nav className="views" aria-label={t('menu.title')}>
        <h2>{t('menu.title')}</h2>
        {(['organisation', 'phone', 'system'] as const).map((group) => (
          <Group key={group} title={t(`menu.group_${group}`)} of={mine.filter((a) => a.group === group)} />
        ))}
      </nav>
      {area ? <Screen key={area.path} area={area} path={path.slice(area.path.length + 1)} /> : <NotFound />}
    </>
  )
}

function Group({ title, of }: { title: string; of: readonly Area[] }) {
  const { t } = useTranslation('admin')
  if (of.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      {of.map(({ path, icon: AreaIcon }) => (
        <AdminLink key={path} to={path} activeProps={{ className: 'on', 'aria-current': 'page' }}>
          <AreaIcon className="i s" stroke={1.75} aria-hidden />
          <span className="lbl">{t(`menu.${path}` as 'menu.title')}</span>
        </AdminLink>
      ))}
    </>
  )
}

const loaded = new Map<string, ComponentType<{ path: string }>>()

/** An area's screens, fetched when it is first opened. */
function screensOf(area: Area): ComponentType<{ path: string }> {
  let Screens = loaded.get(area.path)
  if (!Screens) {
    Screens = lazy(async () => {
      const { routes } = await area.load()
      return { default: ({ path }: { path: string }) => <Routes routes={routes} path={path} /> }
    })
    loaded.set(area.path, Screens)
  }
  return Screens
}

function Screen({ area, path }: { area: Area; path: string }) {
  const Screens = screensOf(area)
  return (
    <Suspense fallback={<div className="page admin" aria-busy="true" />}>
      <Screens path={path} />
    </Suspense>
  )
}

function Routes({ routes, path }: { routes: AdminRoute[]; path: string }) {
  for (const { path: pattern, screen: Found } of routes) {
    const params = match(pattern, path)
    if (params) return <Found key={path} params={params} />
  }
  return <NotFound />
}
