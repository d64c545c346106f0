import { IconRefresh } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { AdminLink } from '../frame/paths.tsx'
import { places, probeWords, useProbe, worst } from './probe.ts'

/** Looks as the states of outbound numbers do. */
const looks = { ok: 'talk', warning: 'hold', missing: 'work', failing: 'dead', asking: 'ring' } as const

/** One item of the set-up: what the server found when it tried it, what to do, and again. */
export function ProbeRow({ item }: { item: string }) {
  const { t, i18n } = useTranslation('admin')
  const { data, isFetching, isError, refetch } = useProbe(item)
  const state = isFetching ? 'asking' : isError ? 'failing' : worst(data?.findings ?? [])
  const place = places[item]
  return (
    <li className="panel" data-testid={`setup-${item}`} data-state={state}>
      <div className="row wrap">
        <h2 className="grow">{t(`setup.items.${item}` as 'setup.items.database')}</h2>
        <span className="pill" data-s={looks[state]} role="status">
          {t(`setup.states.${state}`)}
        </span>
        <button
          type="button"
          className="btn"
          disabled={isFetching}
          onClick={() => void refetch()}
          aria-label={t('setup.againFor', { item: t(`setup.items.${item}` as 'setup.items.database') })}
        >
          <IconRefresh className="i s" aria-hidden />
          {t('setup.again')}
        </button>
      </div>
      {isError && <p>{t('setup.unasked')}</p>}
      {!isError &&
        data?.findings.map((finding) => {
          const { what, mend } = probeWords(finding, i18n.language)
          return (
            <p key={finding.code + what}>
              {what}
              {mend && finding.state !== 'ok' && (
                <>
                  <br />
                  <b>{t('setup.mend')}</b> {mend}
                </>
              )}
            </p>
          )
        })}
      {place && state !== 'ok' && state !== 'asking' && <AdminLink to={place}>{t(`menu.${place}`)}</AdminLink>}
    </li>
  )
}
