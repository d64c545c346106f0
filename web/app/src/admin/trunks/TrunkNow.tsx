import { TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminTrunk, TrialCall } from '../../api/types.ts'
import { Section } from '../form/Section.tsx'
import { problemWords } from '../frame/problem.ts'
import { TrunkPills } from './TrunkPills.tsx'

/** How a trunk is now, and a call that proves it. */
export function TrunkNow({ trunk }: { trunk: AdminTrunk }) {
  const { t } = useTranslation('admin')
  const path = `/admin/trunks/${trunk.id}`
  const { data = trunk } = useQuery({
    queryKey: ['admin', 'trunks', 'state', trunk.id],
    queryFn: ({ signal }) => request<AdminTrunk>('GET', path, undefined, signal),
    refetchInterval: 3_000,
  })
  const { state } = data
  return (
    <>
      <Section title={t('trunks.part_state')}>
        <div role="status">
          <TrunkPills state={state} registers={data.registers} />
          {state.error && <p className="strip">{t(`trunks.error.${state.error}`)}</p>}
          {state.words && <code>{state.words}</code>}
        </div>
      </Section>
      <Trial path={`${path}/test-call`} />
    </>
  )
}

function Trial({ path }: { path: string }) {
  const { t } = useTranslation('admin')
  const [number, setNumber] = useState('')
  const trial = useMutation({ mutationFn: () => request<TrialCall>('POST', path, { number }) })
  const start = (event: FormEvent) => {
    event.preventDefault()
    if (number.trim() !== '' && !trial.isPending) trial.mutate()
  }
  return (
    <Section title={t('trunks.test.title')} hint={t('trunks.test.hint')}>
      <form className="stack g3" onSubmit={start}>
        <TextInput
          label={t('trunks.test.number')}
          inputMode="tel"
          maxLength={40}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <div>
          <button type="submit" className="btn" aria-busy={trial.isPending} disabled={trial.isPending}>
            {t('trunks.test.start')}
          </button>
        </div>
        <p role="status" data-testid="trial">
          {trial.isPending && t('trunks.test.running')}
          {trial.isError && problemWords(t, trial.error)}
          {trial.data && <Verdict call={trial.data} />}
        </p>
      </form>
    </Section>
  )
}

function Verdict({ call }: { call: TrialCall }) {
  const { t } = useTranslation('admin')
  if (!call.answered) return <>{t('trunks.test.unanswered')}</>
  if (call.echo) return <>{t('trunks.test.echo')}</>
  if (call.heard) return <>{t('trunks.test.heard', { level: Math.round(call.level) })}</>
  return <>{t('trunks.test.silent')}</>
}
