import { IconChevronDown, IconLoader2, IconPhoneOutgoing, IconX } from '@tabler/icons-react'
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { holdEnter, isEscape } from '../app/composing.ts'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useRoster } from '../app/roster.ts'
import { useWindows } from '../app/windows.ts'
import { formatNumber } from '../format/phone.ts'
import { refusedWord } from '../panel/refused.ts'
import { useServices } from '../service/useServices.ts'
import { reach } from '../transfer/people.ts'
import { useCallerIds } from './callerIds.ts'
import { Known } from './Known.tsx'
import { understand } from './understand.ts'

/** 걸기 (PH-40): the customer's number in any usual form, and which of the service's numbers he sees. */
export function DialForm() {
  const { t } = useTranslation()
  const { desk } = useWorkplace()
  const windows = useWindows()
  const { number } = windows
  const [to, setTo] = useState(() => formatNumber(number))
  const { all, current } = useServices()
  const service = current?.id ?? ''
  const [shown, setShown] = useState({ service, number: '' })
  const callerId = shown.service === service ? shown.number : ''
  const [error, setError] = useState('')
  const busy = useDesk().pending.some((p) => p.action === 'dial')
  const field = useRef<HTMLInputElement>(null)
  const id = useId()

  useEffect(() => {
    setTo(formatNumber(number))
    setError('')
    field.current?.focus()
  }, [number])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    const typed = understand(to)
    if (!typed) {
      setError(to.trim() === '' ? t('dial.empty') : t('dial.bad'))
      field.current?.focus()
      return
    }
    setError('')
    const result = await desk.dial(typed.digits, callerId, service)
    if (!result.ok) {
      setError(refusedWord(result.code, t))
      field.current?.focus()
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    holdEnter(event)
    if (isEscape(event)) windows.close()
  }

  return (
    <form className="stack g3" aria-label={t('dial.title')} onSubmit={submit} onKeyDown={onKeyDown} noValidate>
      <div className="row">
        <h2 className="grow md">{t('dial.title')}</h2>
        <button type="button" className="btn small quiet icon" aria-label={t('dial.close')} onClick={windows.close}>
          <IconX className="i s" stroke={1.75} aria-hidden />
        </button>
      </div>
      <div className="field">
        <label htmlFor={id}>{t('dial.to')}</label>
        <div className="input big" data-bad={error !== ''}>
          <input
            id={id}
            ref={field}
            className="num"
            type="tel"
            inputMode="tel"
            autoComplete="off"
            maxLength={40}
            value={to}
            aria-invalid={error !== ''}
            aria-describedby={`${id}-help`}
            onChange={(event) => {
              setTo(event.target.value)
              setError('')
            }}
          />
          <Meaning typed={to} />
        </div>
        <p id={`${id}-help`} className={error ? 'help bad' : 'help'} role={error ? 'alert' : undefined}>
          {error || t('dial.toHint')}
        </p>
        <Known typed={to} service={service} />
      </div>
      {current && all.length > 1 && <p className="sm t2">{t('service.callsIn', { name: current.name })}</p>}
      <CallerIds service={service} value={callerId} onChange={(number) => setShown({ service, number })} />
      <button type="submit" className="btn answer big full" aria-busy={busy} disabled={busy}>
        {busy ? (
          <IconLoader2 className="i" stroke={1.75} aria-hidden />
        ) : (
          <IconPhoneOutgoing className="i" stroke={1.75} aria-hidden />
        )}
        {busy ? t('dial.dialling') : t('dial.dial')}
      </button>
    </form>
  )
}

/** What was understood so far: a colleague by name, a queue, or the sort of number. */
function Meaning({ typed }: { typed: string }) {
  const { t } = useTranslation()
  const roster = useRoster()
  const number = understand(typed)
  if (!number) return null
  const reached = number.kind === 'inside' ? reach(typed, roster) : null
  if (reached?.kind === 'agent') return <span className="sm t2">{reached.agent.name}</span>
  if (reached?.kind === 'queue') return <span className="sm t2">{reached.queue.name}</span>
  return (
    <span
      className={number.kind === 'emergency' ? 'pill' : 'sm t2'}
      data-s={number.kind === 'emergency' ? 'dead' : undefined}
    >
      {t(`dial.kind_${number.kind}`)}
    </span>
  )
}

interface CallerIdsProps {
  service: string
  value: string
  onChange: (number: string) => void
}

/** 발신번호: 기본 is the first of the admin's order (D6). */
function CallerIds({ service, value, onChange }: CallerIdsProps) {
  const { t } = useTranslation()
  const ids = useCallerIds(service)
  const id = useId()
  const first = ids.data?.find((one) => one.default) ?? ids.data?.[0]
  return (
    <div className="field">
      <label htmlFor={id}>{t('dial.callerId')}</label>
      <div className="select big">
        <select
          id={id}
          className="num"
          value={value}
          disabled={!first}
          aria-describedby={`${id}-help`}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">{first ? t('dial.usual', { number: formatNumber(first.number) }) : ''}</option>
          {ids.data
            ?.filter((one) => one !== first)
            .map((one) => (
              <option key={one.number} value={one.number}>
                {[formatNumber(one.number), one.name].filter(Boolean).join(' · ')}
              </option>
            ))}
        </select>
        <IconChevronDown className="i s" stroke={1.75} aria-hidden />
      </div>
      <p id={`${id}-help`} className="help">
        {ids.isPending ? t('dial.idsLoading') : ids.isError ? t('dial.idsFailed') : !first && t('dial.noIds')}
      </p>
    </div>
  )
}
