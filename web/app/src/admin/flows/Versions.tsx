import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import { day, hour } from '../../format/time.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { problemWords } from '../frame/problem.ts'
import { Changes } from './Changes.tsx'
import { diff, type Flow, type FlowSaved } from './model.ts'
import type { Context } from './words.ts'

interface Props {
  flow: Flow
  c: Context
  onRestored: (flow: Flow) => void
  onClose: () => void
}

/** Every version of a flow: who saved it, when and why; what is different now; and the way back (undo). */
export function Versions({ flow, c, onRestored, onClose }: Props) {
  const { t } = useTranslation('admin')
  const [chosen, choose] = useState<number | null>(null)
  const list = useQuery({
    queryKey: ['admin', 'flows', 'versions', flow.id, flow.newest],
    queryFn: () => request<{ versions: FlowSaved[] }>('GET', `/admin/flows/${flow.id}/versions`),
  })
  return (
    <Dialog
      title={t('flows.versions.title')}
      wide
      testid="flow-versions"
      onClose={onClose}
      foot={
        <button type="button" className="btn" onClick={onClose}>
          {t('frame.close')}
        </button>
      }
    >
      {list.isError && (
        <p className="strip" data-s="dead" role="alert">
          {t('flows.versions.failed')}
        </p>
      )}
      <ol className="versions">
        {(list.data?.versions ?? []).map((v) => (
          <li key={v.version}>
            <div className="row wrap">
              <b className="num">{v.version}</b>
              <time className="num t2" dateTime={v.at}>{`${day(v.at)} ${hour(v.at)}`}</time>
              <span>{v.by}</span>
              <span className="grow t2">
                {v.restored ? `${t('flows.versions.restored', { from: v.restored })} ` : ''}
                {v.note}
              </span>
              {v.version === flow.newest ? (
                <span className="pill line">{t('flows.versions.current')}</span>
              ) : (
                <button
                  type="button"
                  className="btn small"
                  aria-expanded={chosen === v.version}
                  onClick={() => choose(chosen === v.version ? null : v.version)}
                >
                  {t('flows.versions.compare')}
                </button>
              )}
            </div>
            {chosen === v.version && <Compared flow={flow} c={c} version={v.version} onRestored={onRestored} />}
          </li>
        ))}
      </ol>
    </Dialog>
  )
}

function Compared({ flow, c, version, onRestored }: Omit<Props, 'onClose'> & { version: number }) {
  const { t } = useTranslation('admin')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const old = useQuery({
    queryKey: ['admin', 'flows', 'version', flow.id, version],
    queryFn: () => request<Flow>('GET', `/admin/flows/${flow.id}/versions/${version}`),
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  const restore = async () => {
    setBusy(true)
    try {
      onRestored(
        await request<Flow>('POST', `/admin/flows/${flow.id}/restore`, { version: flow.newest, from: version }),
      )
    } catch (error) {
      setBusy(false)
      setProblem(problemWords(t, error))
    }
  }
  if (!old) return null
  return (
    <section className="stack g2" aria-label={t('flows.versions.difference', { from: version, to: flow.newest })}>
      <Changes changes={diff(old.steps, flow.steps)} c={c} before={old.steps} after={flow.steps} />
      <button type="button" className="btn small" aria-busy={busy} disabled={busy} onClick={() => void restore()}>
        {t(busy ? 'flows.versions.restoring' : 'flows.versions.restore')}
      </button>
      {problem && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}
