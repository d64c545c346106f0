import { Checkbox, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminPhone, ImportReport } from '../../api/types.ts'
import { Section } from '../form/Section.tsx'
import { AdminPage } from '../frame/AdminPage.tsx'
import { useOpen } from '../frame/paths.tsx'
import { fieldWords, problemWords } from '../frame/problem.ts'

/** Numbers for many agents at once, from one on: first looked at, then given. */
export function RangeForm() {
  const { t } = useTranslation('admin')
  const open = useOpen()
  const client = useQueryClient()
  const [first, setFirst] = useState('')
  const [without, setWithout] = useState<string[]>([])
  const [report, setReport] = useState<ImportReport | null>(null)
  const { data } = useQuery({
    queryKey: ['admin', 'phones', 'missing'],
    queryFn: ({ signal }) =>
      request<{ items: AdminPhone[] }>('GET', '/admin/phones?which=missing&per_page=100', undefined, signal),
  })
  const people = data?.items ?? []
  const chosen = people.filter((p) => !without.includes(p.id))
  const give = useMutation({
    mutationFn: (dry: boolean) =>
      request<ImportReport>('POST', '/admin/phones/range', { users: chosen.map((p) => p.id), first, dry_run: dry }),
    onSuccess: async (found) => {
      setReport(found)
      if (!found.applied) return
      await client.invalidateQueries({ queryKey: ['admin', 'phones'] })
      await open('cti')
    },
  })
  const check = (event: FormEvent) => {
    event.preventDefault()
    give.mutate(true)
  }
  const choose = (id: string, on: boolean) => {
    setReport(null)
    setWithout(on ? without.filter((one) => one !== id) : [...without, id])
  }
  const clean = report !== null && report.wrong === 0
  return (
    <AdminPage title={t('cti.range')} hint={t('cti.rangeHint')} crumbs={[{ to: 'cti', word: t('menu.cti') }]}>
      <form className="stack g3" onSubmit={check}>
        <Section title={t('cti.fields.users')}>
          {people.length === 0 && <p>{t('cti.rangeNobody')}</p>}
          {people.map((p) => (
            <Checkbox
              key={p.id}
              label={`${p.name} (${p.login})`}
              checked={!without.includes(p.id)}
              onChange={(event) => choose(p.id, event.currentTarget.checked)}
            />
          ))}
          <TextInput
            name="first"
            label={t('cti.first')}
            required
            inputMode="numeric"
            maxLength={10}
            value={first}
            onChange={(event) => {
              setReport(null)
              setFirst(event.currentTarget.value)
            }}
          />
        </Section>
        <div role="status" data-testid="report">
          {give.isError && problemWords(t, give.error)}
          {report && report.wrong > 0 && <p>{t('cti.rangeWrong', { count: report.wrong })}</p>}
          {report?.errors.map((e) => (
            <p key={e.row}>
              {t('cti.rangeRow', { name: chosen[e.row - 1]?.name ?? '', words: fieldWords(t, e.code, e.params) })}{' '}
              {e.params?.by}
            </p>
          ))}
          {clean && <p>{t('cti.rangeResult', { ...report })}</p>}
        </div>
        <div className="row">
          <button type="submit" className="btn" disabled={chosen.length === 0 || first === '' || give.isPending}>
            {t('cti.check')}
          </button>
          <button
            type="button"
            className="btn primary"
            disabled={!clean || give.isPending}
            onClick={() => give.mutate(false)}
          >
            {t('cti.apply')}
          </button>
        </div>
      </form>
    </AdminPage>
  )
}
