import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useTitle } from '../../app/deskContext.ts'
import { AdminLink } from './paths.tsx'

interface Props {
  title: string
  /** The pages above this one, by their path below /admin. */
  crumbs?: { to: string; word: string }[]
  hint?: ReactNode
  /** At the right of the title. */
  actions?: ReactNode
  /** Behind the title: a state. */
  badge?: ReactNode
  /** Lists use the whole width, forms a readable one. */
  narrow?: boolean
  children: ReactNode
}

/** A page of the administration: where it is, its title, its actions. */
export function AdminPage({ title, crumbs = [], hint, actions, badge, narrow, children }: Props) {
  const { t } = useTranslation('admin')
  useTitle(title)
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // A page that was come to by a link begins at its title; one that was reloaded leaves the focus alone.
    if (document.activeElement === document.body) head.current?.focus({ preventScroll: true })
  }, [])
  return (
    <div className={`page admin${narrow ? ' narrow' : ''}`}>
      <header className="row start">
        <div className="grow">
          <nav className="crumb" aria-label={t('frame.crumbs')}>
            <span>{t('menu.title')}</span>
            {crumbs.map(({ to, word }) => (
              <span key={to}>
                {' › '}
                <AdminLink to={to}>{word}</AdminLink>
              </span>
            ))}
          </nav>
          <div className="row">
            <h1 ref={head} tabIndex={-1}>
              {title}
            </h1>
            {badge}
          </div>
          {hint && <p className="sm t2">{hint}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  )
}
