import { Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconLogout, IconUserCog } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { chooseLanguage, languageNames, languages } from '../i18n/index.ts'
import { inCall } from '../phone/state.ts'
import { MenuChoice } from './MenuChoice.tsx'

export function UserMenu() {
  const { t, i18n } = useTranslation()
  const { user, signOut } = useWorkplace()
  const busy = inCall(useDesk())
  const navigate = useNavigate()
  const leave = () => {
    if (busy) {
      notifications.show({ title: t('top.signOutInCall'), message: t('top.signOutInCallHint'), color: 'orange' })
      return
    }
    signOut().catch(() => notifications.show({ message: t('top.signOutFailed'), color: 'red', autoClose: false }))
  }
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className="btn quiet user" aria-label={t('top.user', { name: user.name })}>
          <span className="ava" aria-hidden>
            {initial(user.name)}
          </span>
          <span className="only-wide">{user.name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name} · {t(`top.role_${user.role}`)}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconUserCog className="i s" stroke={1.75} aria-hidden />}
          onClick={() => void navigate({ to: '/account' })}
        >
          {t('account.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('top.language')}</Menu.Label>
        {languages.map((language) => (
          <MenuChoice
            key={language}
            lang={language}
            chosen={i18n.language === language}
            onChoose={() => chooseLanguage(language)}
          >
            {languageNames[language]}
          </MenuChoice>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout className="i s" stroke={1.75} aria-hidden />} onClick={leave}>
          {t('top.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** One letter for the round picture: the given name's first syllable in Korean (김서연 → 서), else the first letter. */
function initial(name: string): string {
  const letters = [...name.trim()]
  const korean = /^[가-힣]{3,4}$/.test(name.trim())
  return (korean ? letters[1] : letters[0])?.toUpperCase() ?? ''
}
