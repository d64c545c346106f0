import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { upload } from '../../api/client.ts'
import type { ImportReport } from '../../api/types.ts'
import { fieldName } from '../audit/words.ts'
import { Dialog } from '../frame/Dialog.tsx'
import { fieldWords, problemWords } from '../frame/problem.ts'

type Step = 'choose' | 'checking' | 'checked' | 'applying' | 'applied'

const shownErrors = 100

/** Takes a list over from a file: first what it would change and which rows are wrong, then, confirmed, for good. */
export function UploadDialog({ path, onClose }: { path: string; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [step, setStep] = useState<Step>('choose')
  const [report, setReport] = useState<ImportReport | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const send = async (chosen: File, dry: boolean) => {
    setStep(dry ? 'checking' : 'applying')
    setProblem(null)
    try {
      const answer = await upload<ImportReport>(`${path}/import${dry ? '?dry_run=true' : ''}`, chosen, chosen.name)
      setReport(answer)
      setStep(answer.applied ? 'applied' : 'checked')
      if (answer.applied) await client.invalidateQueries({ queryKey: path.split('/').filter(Boolean) })
    } catch (error) {
      setProblem(problemWords(t, error))
      setStep(dry ? 'choose' : 'checked')
    }
  }
  const choose = (chosen: File | undefined) => {
    if (!chosen) return
    setFile(chosen)
    setReport(null)
    void send(chosen, true)
  }
  const busy = step === 'checking' || step === 'applying'
  const ready = step === 'checked' && report && report.wrong === 0 && report.creates + report.updates > 0
  return (
    <Dialog
      title={t('upload.title')}
      onClose={onClose}
      wide
      testid="upload"
      foot={
        <>
          <button type="button" className="btn" onClick={onClose}>
            {t('frame.close')}
          </button>
          {step !== 'applied' && (
            <button
              type="button"
              className="btn primary"
              disabled={!ready}
              aria-busy={step === 'applying'}
              onClick={() => file && void send(file, false)}
            >
              {t(step === 'applying' ? 'upload.applying' : 'upload.apply')}
            </button>
          )}
        </>
      }
    >
      <p className="t2">{t('upload.lead')}</p>
      <div className="row wrap">
        <label className={`btn${busy ? ' off' : ''}`}>
          {t('upload.choose')}
          <input
            type="file"
            className="vh"
            accept=".xlsx,.csv"
            disabled={busy}
            onChange={(event) => {
              choose(event.currentTarget.files?.[0])
              event.currentTarget.value = ''
            }}
          />
        </label>
        {file && <span className="sm t2">{t('upload.chosen', { name: file.name })}</span>}
      </div>
      <div role="status">
        {step === 'checking' && <p className="t2">{t('upload.checking')}</p>}
        {step === 'applied' && report && (
          <p className="strip" data-s="talk">
            {t('upload.applied', { count: report.creates + report.updates })}
          </p>
        )}
      </div>
      {problem && (
        <p className="strip" data-s="dead" role="alert">
          {problem}
        </p>
      )}
      {step === 'checked' && report && <Outcome report={report} part={path.split('/').pop() ?? ''} />}
    </Dialog>
  )
}

function Outcome({ report, part }: { report: ImportReport; part: string }) {
  const { t } = useTranslation('admin')
  return (
    <>
      <dl className="counts">
        {(['creates', 'updates', 'unchanged', 'wrong'] as const).map((name) => (
          <div key={name} data-s={name === 'wrong' && report.wrong > 0 ? 'dead' : undefined}>
            <dt>{t(`upload.${name}`)}</dt>
            <dd className="num">{report[name]}</dd>
          </div>
        ))}
      </dl>
      {report.wrong === 0 && report.creates + report.updates === 0 && <p className="t2">{t('upload.nothing')}</p>}
      {report.wrong > 0 && (
        <>
          <p className="strip" data-s="dead" role="alert">
            {t('upload.wrongHint')}
          </p>
          <div className="panel rowerrors">
            <table className="tbl">
              <thead>
                <tr>
                  <th scope="col">{t('upload.row')}</th>
                  <th scope="col">{t('upload.column')}</th>
                  <th scope="col">{t('upload.reason')}</th>
                </tr>
              </thead>
              <tbody>
                {report.errors.slice(0, shownErrors).map((error) => (
                  <tr key={`${error.row} ${error.field} ${error.code}`}>
                    <td className="num">{error.row}</td>
                    <td>{error.field && fieldName(t, part, error.field)}</td>
                    <td>{fieldWords(t, error.code, error.params)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {report.errors.length > shownErrors && <p className="xs t3">{t('upload.more', { count: shownErrors })}</p>}
        </>
      )}
    </>
  )
}
