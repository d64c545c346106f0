import { Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconX } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { Step, Taken } from './model.ts'
import { type Context, takenWord, targetWord } from './words.ts'

interface Props {
  c: Context
  timeZone: string
  steps: Step[]
  onWay: (steps: string[]) => void
  onClose: () => void
}

/** A dry run: "it is Sunday 3 a.m., the caller presses 2". The way is lit in the list of steps. */
export function DryRun({ c, timeZone, steps, onWay, onClose }: Props) {
  const { t } = useTranslation('admin')
  const [at, setAt] = useState(() => nowIn(timeZone))
  const [keys, setKeys] = useState('')
  const [queue, setQueue] = useState('')
  const trial = { at, keys: keysOf(keys), queue, time_zone: timeZone, steps }
  const [asked] = useDebouncedValue(JSON.stringify(trial), 200)
  const run = useQuery({
    queryKey: ['admin', 'flow-dry-run', asked],
    queryFn: () => request<{ taken: Taken[] }>('POST', '/admin/flow-dry-run', JSON.parse(asked)),
    enabled: at !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  })
  const taken = run.data?.taken
  useEffect(() => onWay(taken?.map((one) => one.step) ?? []), [taken, onWay])
  const close = () => {
    onWay([])
    onClose()
  }
  return (
    <section className="panel steppanel" aria-label={t('flows.dry.title')} data-testid="dry-run">
      <div className="ph">
        <h2 className="grow">{t('flows.dry.title')}</h2>
        <button type="button" className="btn small quiet icon" aria-label={t('flows.closePanel')} onClick={close}>
          <IconX className="i s" stroke={1.75} aria-hidden />
        </button>
      </div>
      <div className="stack g3 in">
        <p className="xs t2">{t('flows.dry.hint')}</p>
        <TextInput
          type="datetime-local"
          label={t('flows.dry.at')}
          value={at}
          onChange={(e) => setAt(e.currentTarget.value)}
        />
        <TextInput
          label={t('flows.dry.keys')}
          description={t('flows.dry.keysHint')}
          maxLength={20}
          value={keys}
          onChange={(e) => setKeys(e.currentTarget.value)}
        />
        <Select
          label={t('flows.dry.queue')}
          allowDeselect={false}
          value={queue}
          data={[
            { value: '', label: t('flows.dry.queueAnswered') },
            { value: 'too_long', label: t('flows.dry.queueTooLong') },
            { value: 'full', label: t('flows.dry.queueFull') },
            { value: 'nobody', label: t('flows.dry.queueNobody') },
          ]}
          onChange={(value) => setQueue(value ?? '')}
        />
        <h3 className="sm">{t('flows.dry.result')}</h3>
        {run.isError ? (
          <p className="chk" data-s="dead" role="alert">
            {t('flows.dry.failed')}
          </p>
        ) : (
          <ol className="takenlist" aria-live="polite">
            {(taken ?? []).map((one, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a way goes through the same step more than once.
              <li key={i}>
                <b className="sm">{targetWord(c, one.step)}</b> <span className="sm t2">{takenWord(c, one)}</span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  )
}

/** 2-9 are three keys: 2, none, 9. */
function keysOf(text: string): string[] {
  return [...text.replace(/[^0-9*#-]/g, '')].map((key) => (key === '-' ? '' : key))
}

/** The clock at the service, as an input of a day and a time has it. */
function nowIn(timeZone: string): string {
  return new Date().toLocaleString('sv-SE', { timeZone }).slice(0, 16).replace(' ', 'T')
}
