import { useTranslation } from 'react-i18next'
import type { ApiError } from '../../api/client.ts'
import { day, second } from '../../format/time.ts'
import { Dialog } from '../frame/Dialog.tsx'

/** What is kept, and the version of it. */
export interface Saved<V> {
  values: V
  version: number
}

interface Props<V extends Record<string, unknown>> {
  error: ApiError
  mine: V
  theirs: V
  labels: Record<string, string>
  valueWords?: (field: string, value: unknown) => string
  onReload: () => void
  onKeep: () => void
  onClose: () => void
}

/** 다른 사람이 먼저 고쳤습니다: who and when, what differs, and the two ways on. Nothing is lost without being seen. */
export function ConflictDialog<V extends Record<string, unknown>>(props: Props<V>) {
  const { t } = useTranslation('admin')
  const { who, at } = props.error.params
  const different = Object.keys(props.mine).filter(
    (key) => JSON.stringify(props.mine[key]) !== JSON.stringify(props.theirs[key]),
  )
  const words = (field: string, value: unknown) => props.valueWords?.(field, value) ?? plain(value)
  return (
    <Dialog
      title={t('form.conflictTitle')}
      alert
      wide
      testid="conflict"
      onClose={props.onClose}
      foot={
        <>
          <button type="button" className="btn" onClick={props.onReload}>
            {t('form.reload')}
          </button>
          <button type="button" className="btn primary" onClick={props.onKeep}>
            {t('form.keep')}
          </button>
        </>
      }
    >
      <p>
        {t('form.conflictLead', {
          who: who || t('form.conflictSomebody'),
          at: at ? `${day(at)} ${second(at)}` : t('form.conflictSomebody'),
        })}
      </p>
      {different.length === 0 ? (
        <p className="t2">{t('form.conflictSame')}</p>
      ) : (
        <div className="panel">
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col">{t('form.fieldHead')}</th>
                <th scope="col">{t('form.theirs')}</th>
                <th scope="col">{t('form.mine')}</th>
              </tr>
            </thead>
            <tbody>
              {different.map((field) => (
                <tr key={field}>
                  <th scope="row">{props.labels[field] ?? field}</th>
                  <td>{words(field, props.theirs[field])}</td>
                  <td>{words(field, props.mine[field])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Dialog>
  )
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')
}
