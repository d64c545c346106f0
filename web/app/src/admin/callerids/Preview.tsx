import { useTranslation } from 'react-i18next'
import type { AdminCallerID } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { StatePill } from './Line.tsx'

/** The numbers as agents choose among them: registered, not expired, in order. */
export function Preview({ items }: { items: AdminCallerID[] }) {
  const { t } = useTranslation('admin')
  const usable = items.filter((c) => c.state === 'completed')
  return (
    <section className="panel side" aria-label={t('callerIds.preview')}>
      <h2>{t('callerIds.preview')}</h2>
      {usable.length === 0 ? (
        <p className="sm t2">{t('callerIds.previewNone')}</p>
      ) : (
        <ol>
          {usable.map((c, at) => (
            <li key={c.id} className="row">
              <span className="num m">{formatNumber(c.number)}</span>
              <span className="t3 xs cut">{c.name}</span>
              {at === 0 && <span className="pill line">{t('callerIds.first')}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** The way of a number from its request to the agents. */
export function How() {
  const { t } = useTranslation('admin')
  return (
    <section className="panel side">
      <h2>{t('callerIds.how')}</h2>
      <ol className="flow3">
        {(['requested', 'reviewing', 'completed'] as const).map((state) => (
          <li key={state}>
            <StatePill state={state} />
            <span className="xs t2">{t(`callerIds.how_${state}`)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
