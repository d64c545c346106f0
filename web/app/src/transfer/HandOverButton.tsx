import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { HandOver } from './useHandOver.ts'

interface Props {
  handOver: HandOver
  to: string
  /** Who it is, for screen readers. */
  name: string
  word: string
  primary?: boolean
  big?: boolean
  disabled?: boolean
}

/** Starts a consult. Who has the right finds 바로전환 behind the arrow (D7). */
export function HandOverButton({ handOver, to, name, word, primary, big, disabled }: Props) {
  const { t } = useTranslation()
  const { blind, busy, go } = handOver
  const mine = busy !== '' && busy === to
  const look = `btn${primary ? ' primary' : ''}${big ? ' big' : ''}`
  const label = name ? `${word}: ${name}` : undefined
  const off = disabled || busy !== ''
  const main = (
    <button
      type="button"
      className={look}
      aria-label={label}
      aria-busy={mine}
      disabled={off}
      onClick={() => go('consult', to)}
    >
      {mine ? t('transfer.consulting') : word}
    </button>
  )
  if (!blind) return main
  return (
    <span className="split">
      {main}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <button
            type="button"
            className={`${look} icon`}
            aria-label={t('transfer.more', { name: name || t('transfer.direct') })}
            disabled={off}
          >
            <IconChevronDown className="i s" stroke={1.75} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => go('consult', to)}>{t('transfer.consult')}</Menu.Item>
          <Menu.Item onClick={() => go('transfer', to)}>
            {t('transfer.blind')}
            <span className="xs t2 block">{t('transfer.blindHint')}</span>
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}
