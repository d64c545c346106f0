import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { holdEnter } from '../app/composing.ts'
import { useDesk } from '../app/deskContext.ts'
import { useRoster } from '../app/roster.ts'
import { Known } from '../dial/Known.tsx'
import { understand } from '../dial/understand.ts'
import { wordOf } from '../phone/state.ts'
import { HandOverButton } from './HandOverButton.tsx'
import { reach } from './people.ts'
import type { HandOver } from './useHandOver.ts'

/** 직접 입력 (PH-50): who the number leads to is said while it is typed. */
export function DirectTab({ handOver }: { handOver: HandOver }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [error, setError] = useState('')
  const id = useId()
  const service = useDesk().view?.call?.service.id ?? ''
  const number = understand(typed)
  const problem = error || handOver.error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (number) handOver.go('consult', number.digits)
    else setError(typed.trim() === '' ? t('dial.empty') : t('dial.bad'))
  }
  return (
    <form className="field" onSubmit={submit} onKeyDown={holdEnter} noValidate>
      <label htmlFor={id}>{t('transfer.number')}</label>
      <div className="row">
        <div className="input big grow" data-bad={problem !== ''}>
          <input
            id={id}
            className="num"
            type="tel"
            inputMode="tel"
            autoComplete="off"
            maxLength={40}
            value={typed}
            aria-invalid={problem !== ''}
            aria-describedby={`${id}-help`}
            onChange={(event) => {
              setTyped(event.target.value)
              setError('')
              handOver.clear()
            }}
          />
          <Meaning typed={typed} />
        </div>
        <HandOverButton
          handOver={handOver}
          to={number?.digits ?? ''}
          name=""
          word={t('transfer.consult')}
          primary
          big
          disabled={!number}
        />
      </div>
      <p id={`${id}-help`} className={problem ? 'help bad' : 'help'} role={problem ? 'alert' : undefined}>
        {problem || t('transfer.numberHint')}
      </p>
      <Known typed={typed} service={service} />
    </form>
  )
}

function Meaning({ typed }: { typed: string }) {
  const { t } = useTranslation()
  const roster = useRoster()
  const number = understand(typed)
  if (!number) return null
  const reached = reach(typed, roster)
  if (reached?.kind === 'queue') {
    const { name, ready } = reached.queue
    return (
      <span className="pill cut" data-s="ready">
        {t('transfer.queueOf', { name, count: ready })}
      </span>
    )
  }
  if (reached?.kind === 'agent') {
    const { name, state, kind } = reached.agent
    return (
      <span className="pill cut" data-s={state === 'ready' ? 'ready' : 'work'}>
        {t('transfer.agentOf', { name, state: t(wordOf(state === 'free' ? 'default' : state, kind)) })}
      </span>
    )
  }
  if (!reached) return <span className="sm t2 cut">{roster ? t('transfer.unknownInside') : ''}</span>
  return <span className="sm t2">{t(`dial.kind_${number.kind}`)}</span>
}
