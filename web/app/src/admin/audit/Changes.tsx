import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '../../api/types.ts'
import { differences } from './difference.ts'
import { fieldName, valueWords } from './words.ts'

/** What a change did: every field that differs, what it was and what it became. */
export function Changes({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation('admin')
  const found = differences(entry.before, entry.after)
  if (found.length === 0) return <p className="sm t2">{t('audit.noChange')}</p>
  const made = entry.before === null
  const gone = entry.after === null
  return (
    <table className="changes">
      <thead>
        <tr>
          <th scope="col">{t('form.fieldHead')}</th>
          {!made && <th scope="col">{t('audit.before')}</th>}
          {!gone && <th scope="col">{t('audit.after')}</th>}
        </tr>
      </thead>
      <tbody>
        {found.map(({ field, was, is }) => (
          <tr key={field}>
            <th scope="row">{fieldName(t, entry.subject, field)}</th>
            {!made && (
              <td>
                {gone ? (
                  valueWords(t, entry.subject, field, was)
                ) : (
                  <del>{valueWords(t, entry.subject, field, was)}</del>
                )}
              </td>
            )}
            {!gone && (
              <td>
                {made ? valueWords(t, entry.subject, field, is) : <ins>{valueWords(t, entry.subject, field, is)}</ins>}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
