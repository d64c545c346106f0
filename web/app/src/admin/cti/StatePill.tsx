import { useTranslation } from 'react-i18next'

/** The look of each state (design, state colours). */
const looks: Record<string, string> = {
  signed_out: 'out',
  default: 'default',
  ready: 'ready',
  break: 'break',
  work: 'work',
  offered: 'ring',
  dialling: 'dial',
  talking: 'talk',
  holding: 'hold',
  consulting: 'consult',
  monitoring: 'consult',
}

/** What an agent is in, or says. */
export function StatePill({ state }: { state: string }) {
  const { t } = useTranslation('admin')
  const words: Record<string, string> = t('cti.states', { returnObjects: true })
  if (state === '') return <span className="t3">{t('frame.none')}</span>
  return (
    <span className="pill" data-s={looks[state] ?? 'work'}>
      {words[state] ?? state}
    </span>
  )
}
