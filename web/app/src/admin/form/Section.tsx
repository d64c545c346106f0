import type { ReactNode } from 'react'

/** A part of a form with a heading. */
export function Section({ title, hint, children }: { title: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="panel formpart">
      <legend>{title}</legend>
      {hint && <p className="sm t2">{hint}</p>}
      {children}
    </fieldset>
  )
}
