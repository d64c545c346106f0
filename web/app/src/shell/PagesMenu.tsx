import { Menu } from '@mantine/core'
import { IconMenu2, IconPhone, IconSettings, IconTicket } from '@tabler/icons-react'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { mayAdminister, useSession } from '../admin/frame/rights.ts'

/** The pages, where the window has no room for the rail. */
export function PagesMenu({ withPhone }: { withPhone: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const session = useSession()
  const pages = [
    { to: '/tickets', word: t('nav.tickets'), icon: IconTicket },
    ...(withPhone ? [{ to: '/calls', word: t('history.title'), icon: IconPhone }] : []),
    ...(session && mayAdminister(session) ? [{ to: '/admin/', word: t('nav.admin'), icon: IconSettings }] : []),
  ]
  return (
    <Menu position="bottom-start" width={200}>
      <Menu.Target>
        <button type="button" className="btn quiet icon pages" aria-label={t('app.mainMenu')}>
          <IconMenu2 className="i" stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {pages.map(({ to, word, icon: PageIcon }) => (
          <Menu.Item
            key={to}
            aria-current={pathname.startsWith(to) ? 'page' : undefined}
            leftSection={<PageIcon className="i s" stroke={1.75} aria-hidden />}
            onClick={() => void navigate({ to })}
          >
            {word}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
