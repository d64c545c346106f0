import type { ReactElement } from 'react'
import type { Look } from '../phone/state.ts'

/** A state's shape: told apart without colour (design section 2). */
const shapes: Record<Look, ReactElement> = {
  out: <circle cx="6" cy="6" r="4.5" fill="none" strokeWidth="1.6" strokeDasharray="2 1.8" />,
  default: <circle cx="6" cy="6" r="4.6" fill="none" strokeWidth="1.9" />,
  ready: <circle cx="6" cy="6" r="5.5" />,
  break: (
    <>
      <circle cx="6" cy="6" r="4.8" fill="none" strokeWidth="1.4" />
      <path d="M6 1.2a4.8 4.8 0 0 0 0 9.6z" />
    </>
  ),
  work: <rect x="1" y="1" width="10" height="10" rx="1.5" />,
  ring: (
    <>
      <circle cx="6" cy="6" r="4.9" fill="none" strokeWidth="1.7" />
      <circle cx="6" cy="6" r="2.2" />
    </>
  ),
  dial: <path d="M2.4 1.9v8.2L9.9 6z" fill="none" strokeWidth="1.6" strokeLinejoin="round" />,
  talk: <path d="M1.8.8v10.4L11.3 6z" />,
  consult: <path d="M.5 1.5v9L6 6zM6 1.5v9L11.5 6z" />,
  hold: (
    <>
      <rect x="1.5" y="1" width="3.3" height="10" rx=".8" />
      <rect x="7.2" y="1" width="3.3" height="10" rx=".8" />
    </>
  ),
  dead: <path d="M2 2l8 8M10 2l-8 8" strokeWidth="2.4" strokeLinecap="round" />,
}

export function StateShape({ look }: { look: Look }) {
  return (
    <svg className="sh" data-s={look} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[look]}
    </svg>
  )
}
