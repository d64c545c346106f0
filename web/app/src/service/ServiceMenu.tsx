import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useWorkplace } from '../app/deskContext.ts'
import { MenuChoice } from '../shell/MenuChoice.tsx'
import { useServices } from './useServices.ts'

/** The service the agent works in. Who has several can change it: for what he calls from now on, not for the call he is in. */
export function ServiceMenu() {
  const { t } = useTranslation()
  const { services } = useWorkplace()
  const { all, current } = useServices()
  if (!current) return <span className="svc cut">{t('app.name')}</span>
  if (all.length === 1) {
    return (
      <span className="svc cut" data-testid="service">
        {current.name}
      </span>
    )
  }
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <button
          type="button"
          className="btn quiet svc"
          data-testid="service"
          aria-label={t('service.now', { name: current.name })}
        >
          <span className="cut">{current.name}</span>
          <IconChevronDown className="i s" stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('service.choose')}</Menu.Label>
        {all.map((service) => (
          <MenuChoice key={service.id} chosen={service === current} onChoose={() => services.choose(service.id)}>
            {service.name}
          </MenuChoice>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
