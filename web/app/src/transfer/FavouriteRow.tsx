import { IconCaretDownFilled, IconCaretUpFilled, IconPencil, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Favourite } from '../api/types.ts'
import { formatNumber } from '../format/phone.ts'
import type { Roster } from '../phone/view.ts'
import { prefixOf, useRemoveFavourite } from './favourites.ts'
import { HandOverButton } from './HandOverButton.tsx'
import { reach } from './people.ts'
import type { HandOver } from './useHandOver.ts'

interface Props {
  favourite: Favourite
  roster: Roster | null
  handOver: HandOver
  /** The list is being put in order instead of being used. */
  managing: boolean
  onUp?: () => void
  onDown?: () => void
  onEdit: () => void
}

export function FavouriteRow({ favourite, roster, handOver, managing, onUp, onDown, onEdit }: Props) {
  const { t } = useTranslation()
  const [sure, setSure] = useState(false)
  const { name, number } = favourite
  const { prefix, rest } = prefixOf(number)
  const kind = reach(number, roster)?.kind ?? 'agent'
  if (sure) return <Sure favourite={favourite} onKeep={() => setSure(false)} />
  return (
    <li data-testid="favourite-row">
      <span className="grow">
        <span className="m cut block" title={name}>
          {name}
        </span>{' '}
        <span className="num t3 sm block">
          {prefix} {formatNumber(rest)}
        </span>
      </span>
      {managing ? (
        <span className="row g1">
          <Step label={t('favourite.up', { name })} onPress={onUp}>
            <IconCaretUpFilled className="i s" aria-hidden />
          </Step>
          <Step label={t('favourite.down', { name })} onPress={onDown}>
            <IconCaretDownFilled className="i s" aria-hidden />
          </Step>
          <Step label={t('favourite.editOf', { name })} onPress={onEdit}>
            <IconPencil className="i s" stroke={1.75} aria-hidden />
          </Step>
          <Step label={t('favourite.removeOf', { name })} onPress={() => setSure(true)}>
            <IconTrash className="i s" stroke={1.75} aria-hidden />
          </Step>
        </span>
      ) : (
        <>
          <span className="pill line">{t(`transfer.${kind}`)}</span>
          <HandOverButton handOver={handOver} to={number} name={name} word={t('transfer.connect')} />
        </>
      )}
    </li>
  )
}

interface StepProps {
  label: string
  onPress?: () => void
  children: ReactNode
}

function Step({ label, onPress, children }: StepProps) {
  return (
    // Not disabled but marked so: the focus stays when a row has reached the end.
    <button
      type="button"
      className="btn small icon"
      aria-label={label}
      title={label}
      aria-disabled={!onPress}
      onClick={onPress}
    >
      {children}
    </button>
  )
}

function Sure({ favourite, onKeep }: { favourite: Favourite; onKeep: () => void }) {
  const { t } = useTranslation()
  const remove = useRemoveFavourite()
  return (
    <li>
      <span className="grow" role="alert">
        {remove.isError ? t('favourite.failed') : t('favourite.removeSure', { name: favourite.name })}
      </span>
      <button type="button" className="btn small" onClick={onKeep}>
        {t('favourite.keep')}
      </button>
      <button
        type="button"
        className="btn small danger"
        aria-busy={remove.isPending}
        disabled={remove.isPending}
        onClick={() => remove.mutate(favourite.id)}
      >
        {t('favourite.remove')}
      </button>
    </li>
  )
}
