import type { Icon } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import type { Look } from '../phone/state.ts'

interface Props {
  look: Look
  icon: Icon | ComponentType<{ className?: string }>
  children: ReactNode
  /** Something went wrong: screen readers say it at once. */
  alert?: boolean
}

/** A fact inside of the panel. */
export function Strip({ look, icon: StripIcon, children, alert }: Props) {
  return (
    <div className="strip" data-s={look} role={alert ? 'alert' : undefined}>
      <StripIcon className="i s" stroke={1.75} aria-hidden />
      <span>{children}</span>
    </div>
  )
}
