import { IconArrowUp, IconCheck, IconClock, IconFileText, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AdminCallerID } from '../../api/types.ts'
import { formatNumber } from '../../format/phone.ts'
import { AdminLink } from '../frame/paths.tsx'
import { colourOf } from './states.ts'

const icons = { requested: IconArrowUp, reviewing: IconClock, completed: IconCheck, rejected: IconX, expired: IconX }

/** How far a number is: shape, word and colour. */
export function StatePill({ state }: { state: AdminCallerID['state'] }) {
  const { t } = useTranslation('admin')
  const Shape = icons[state]
  return (
    <span className="pill" data-s={colourOf[state]}>
      <Shape className="i s" stroke={1.75} aria-hidden />
      {t(`callerIds.values.state.${state}`)}
    </span>
  )
}

/** Until when a number may be shown; from 30 days before, how long that is. */
export function Expiry({ callerId: c }: { callerId: AdminCallerID }) {
  const { t } = useTranslation('admin')
  if (!c.expires_on) return <span className="t3">{c.state === 'completed' ? t('callerIds.noExpiry') : '–'}</span>
  const words =
    c.days_left < 0
      ? t('callerIds.over')
      : c.days_left === 0
        ? t('callerIds.today')
        : t('callerIds.daysLeft', { count: c.days_left })
  return (
    <span>
      <span className="num nowrap">{c.expires_on}</span>
      {c.days_left <= 30 && (
        <span className="pill" data-s={c.days_left <= 7 ? 'dead' : 'break'}>
          {words}
        </span>
      )}
    </span>
  )
}

interface Props {
  callerId: AdminCallerID
  first?: boolean
  open: boolean
}

/** One number of the list; it opens beside it. */
export function Line({ callerId: c, first, open }: Props) {
  const { t } = useTranslation('admin')
  const number = formatNumber(c.number)
  return (
    <span className="cidline" data-open={open}>
      <span>
        <AdminLink to={`caller-ids/${c.id}`} className="num b nowrap">
          {number}
        </AdminLink>
        {first && <span className="pill line">{t('callerIds.first')}</span>}
        <span className="xs t3 cut">{c.name}</span>
      </span>
      <StatePill state={c.state} />
      {c.document ? (
        <a className="row docn" href={`/api/v1/admin/caller-ids/${c.id}/document`} download title={c.document.name}>
          <IconFileText className="i s" stroke={1.75} aria-hidden />
          <span className="cut">{c.document.name}</span>
        </a>
      ) : (
        <span className="t3">{t('callerIds.noProof')}</span>
      )}
      <Expiry callerId={c} />
    </span>
  )
}
