import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminService } from '../../api/types.ts'
import { AuditTrail } from '../audit/AuditTrail.tsx'
import { LeaveGuard } from '../form/LeaveGuard.tsx'
import { AdminPage } from '../frame/AdminPage.tsx'
import { DryRun } from './DryRun.tsx'
import { EditorActions } from './EditorActions.tsx'
import { FlowHead } from './FlowHead.tsx'
import {
  added,
  type Finding,
  type Flow,
  type FlowParts,
  fresh,
  type Kind,
  removed,
  type Step,
  same,
  settingsOf,
} from './model.ts'
import { Problems } from './Problems.tsx'
import { StepList } from './StepList.tsx'
import { StepPanel } from './StepPanel.tsx'
import { type Context, nameOf } from './words.ts'

interface Props {
  flow: Flow
  /** Of a new flow: those that it may belong to. */
  services?: AdminService[]
  onService?: (id: string) => void
}

/** The editor of one flow (design page 11): its steps as a list, what is wrong with them while one types, and a dry run. */
export function FlowEditor({ flow, services, onService }: Props) {
  const { t } = useTranslation('admin')
  const [draft, setDraft] = useState(settingsOf(flow))
  const [chosen, choose] = useState<string | null>(null)
  const [dry, setDry] = useState(false)
  const [way, setWay] = useState<readonly string[]>([])
  const [said, say] = useState('')
  const [leaving, setLeaving] = useState(false)
  const parts = useQuery({
    queryKey: ['admin', 'flow-parts', flow.service],
    queryFn: () => request<FlowParts>('GET', `/admin/flow-parts?service=${flow.service}`),
  }).data
  const check = useFindings(flow.service, draft.time_zone, draft.steps)
  const c: Context = { t, steps: draft.steps, parts }
  const setSteps = (steps: Step[]) => setDraft((was) => ({ ...was, steps }))
  const step = draft.steps.find((s) => s.id === chosen)
  const dirty = !same(draft, settingsOf(flow))

  const add = (kind: Kind, at: number) => {
    const made = fresh(kind, draft.steps)
    setSteps(added(draft.steps, made, at))
    choose(made.id)
    say(t('flows.addedSaid', { no: at + 1, name: t(`flows.kind.${kind}`) }))
  }
  const move = (id: string, by: number) => {
    const from = draft.steps.findIndex((s) => s.id === id)
    const moving = draft.steps[from]
    if (!moving || from + by < 0 || from + by >= draft.steps.length) return
    const steps = draft.steps.filter((s) => s.id !== id)
    steps.splice(from + by, 0, moving)
    setSteps(steps)
    say(t('flows.movedSaid', { name: nameOf(c, moving), no: from + by + 1 }))
  }
  const remove = (gone: Step) => {
    setSteps(removed(draft.steps, gone.id))
    choose(null)
    say(t('flows.deletedSaid', { name: nameOf(c, gone) }))
    document.getElementById('flow-add')?.focus()
  }
  return (
    <AdminPage
      title={draft.name || t('flows.newTitle')}
      crumbs={[{ to: 'flows', word: t('menu.flows') }]}
      badge={
        dirty && (
          <span className="pill" data-s="break">
            {t('flows.unsaved')}
          </span>
        )
      }
      actions={
        <EditorActions
          flow={flow}
          draft={draft}
          c={c}
          blocked={!check.ok}
          dirty={dirty}
          dry={dry}
          onDry={() => {
            setDry(!dry)
            setWay([])
          }}
          onLeave={() => setLeaving(true)}
        />
      }
    >
      <FlowHead flow={flow} draft={draft} onChange={setDraft} services={services} onService={onService} />
      <Problems check={check} c={c} onGo={choose} />
      <div className="flowedit">
        <StepList
          c={c}
          findings={check.findings}
          chosen={chosen}
          way={way}
          onChoose={choose}
          onMove={move}
          onAdd={add}
        />
        <div className="stack g3">
          {dry && (
            <DryRun c={c} timeZone={draft.time_zone} steps={draft.steps} onWay={setWay} onClose={() => setDry(false)} />
          )}
          {step && (
            <StepPanel
              key={step.id}
              c={c}
              step={step}
              findings={check.findings.filter((f) => f.step === step.id)}
              onChange={(now) => setSteps(draft.steps.map((s) => (s.id === now.id ? now : s)))}
              onMove={(by) => move(step.id, by)}
              onDelete={() => remove(step)}
              onClose={() => choose(null)}
            />
          )}
        </div>
      </div>
      <span className="vh" role="status">
        {said}
      </span>
      {flow.id && <AuditTrail subject="flow" id={flow.id} />}
      <LeaveGuard dirty={() => dirty && !leaving} />
    </AdminPage>
  )
}

/** What is wrong with the steps, as the server sees it, a moment after one stops typing. */
export interface Check {
  findings: Finding[]
  ok: boolean
  busy: boolean
  failed: boolean
}

function useFindings(service: string, timeZone: string, steps: Step[]): Check {
  const [asked] = useDebouncedValue(JSON.stringify({ service, time_zone: timeZone, steps }), 200)
  const check = useQuery({
    queryKey: ['admin', 'flow-check', asked],
    queryFn: () => request<{ findings: Finding[] }>('POST', '/admin/flow-check', JSON.parse(asked)),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  })
  const findings = check.data?.findings ?? []
  return {
    findings,
    ok: check.isSuccess && !findings.some((f) => f.severity === 'error'),
    busy: check.isFetching,
    failed: check.isError,
  }
}
