import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode, Ref } from 'react'
import { useTranslation } from 'react-i18next'

interface Props {
  ref: Ref<HTMLDivElement>
  problem: string | null
  errors: Record<string, ReactNode>
  labels: Record<string, string>
}

/** What is wrong with a form as a whole: one sentence, or every field that is to be put right, with a way to it. */
export function ErrorSummary({ ref, problem, errors, labels }: Props) {
  const { t } = useTranslation('admin')
  const wrong = Object.entries(errors).filter(([, words]) => words)
  if (!problem && wrong.length === 0) return null
  return (
    <div className="strip summary" data-s="dead" role="alert" ref={ref} tabIndex={-1}>
      <IconAlertTriangle className="i s" stroke={1.75} aria-hidden />
      <div>
        {problem ?? <b>{t('form.summary', { count: wrong.length })}</b>}
        {!problem && (
          <ul>
            {wrong.map(([path, words]) => (
              <li key={path}>
                <button type="button" className="aslink" onClick={() => focusField(path)}>
                  {labelOf(path, labels)}: {words}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

/** A field is found by its name, which is its path. */
function focusField(path: string): void {
  const found = document.querySelector<HTMLElement>(`[name="${CSS.escape(path)}"], [data-path="${CSS.escape(path)}"]`)
  found?.focus()
}

/** The words of a field, or of the nearest one around it: members.2.skill → members. */
function labelOf(path: string, labels: Record<string, string>): string {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const word = labels[at]
    if (word) return word
  }
  return path
}
