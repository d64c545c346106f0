import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'
import type { Favourite } from '../api/types.ts'
import { holdEnter, isEscape } from '../app/composing.ts'
import { understand } from '../dial/understand.ts'
import { formatNumber } from '../format/phone.ts'
import { refusedWord } from '../panel/refused.ts'
import { maxName, prefixOf, useSaveFavourite } from './favourites.ts'

/** Adds a number to the list, or changes one. Esc leaves the form, not the window. */
export function FavouriteForm({ favourite, onDone }: { favourite?: Favourite; onDone: () => void }) {
  const { t } = useTranslation()
  const save = useSaveFavourite()
  const [name, setName] = useState(favourite?.name ?? '')
  const [number, setNumber] = useState(formatNumber(prefixOf(favourite?.number ?? '').rest))
  const [error, setError] = useState('')
  const first = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => first.current?.focus(), [])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const understood = understand(number)
    if (name.trim() === '') return setError(t('favourite.nameMissing'))
    if ([...name.trim()].length > maxName) return setError(t('favourite.nameLong'))
    if (!understood) return setError(number.trim() === '' ? t('dial.empty') : t('dial.bad'))
    save.mutate(
      { id: favourite?.id ?? '', name: name.trim(), number: understood.digits },
      {
        onSuccess: onDone,
        onError: (failure) => {
          const code = failure instanceof ApiError ? failure.code : ''
          setError(
            code === 'too_many_favourites'
              ? t('favourite.full')
              : code === 'bad_name'
                ? t('favourite.nameMissing')
                : code === 'bad_number'
                  ? refusedWord(code, t)
                  : t('favourite.failed'),
          )
        },
      },
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    holdEnter(event)
    if (!isEscape(event)) return
    event.preventDefault()
    onDone()
  }
  return (
    <form className="favform" onSubmit={submit} onKeyDown={onKeyDown} noValidate>
      <div className="field">
        <label htmlFor={`${id}-name`}>{t('favourite.name')}</label>
        <div className="input">
          <input
            id={`${id}-name`}
            ref={first}
            autoComplete="off"
            maxLength={120}
            value={name}
            aria-describedby={`${id}-help`}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
      </div>
      <div className="field">
        <label htmlFor={`${id}-number`}>{t('favourite.number')}</label>
        <div className="input">
          <input
            id={`${id}-number`}
            className="num"
            type="tel"
            inputMode="tel"
            autoComplete="off"
            maxLength={40}
            value={number}
            aria-describedby={`${id}-help`}
            onChange={(event) => setNumber(event.target.value)}
          />
        </div>
      </div>
      <p id={`${id}-help`} className={error ? 'help bad' : 'help'} role={error ? 'alert' : undefined}>
        {error || t('transfer.numberHint')}
      </p>
      <div className="row end">
        <button type="button" className="btn small" onClick={onDone}>
          {t('favourite.cancel')}
        </button>
        <button type="submit" className="btn small primary" aria-busy={save.isPending} disabled={save.isPending}>
          {save.isPending ? t('favourite.saving') : t('favourite.save')}
        </button>
      </div>
    </form>
  )
}
