import { type MantineColorScheme, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconMoon, IconSun } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { MenuChoice } from './MenuChoice.tsx'

const schemes = [
  ['light', 'top.light'],
  ['dark', 'top.dark'],
  ['auto', 'top.system'],
] as const satisfies readonly (readonly [MantineColorScheme, string])[]

export function ThemeMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light') === 'dark'
  const Icon = dark ? IconSun : IconMoon
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <button type="button" className="ib" aria-label={t('top.theme')}>
          <Icon className="i" stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(([scheme, word]) => (
          <MenuChoice key={scheme} chosen={colorScheme === scheme} onChoose={() => setColorScheme(scheme)}>
            {t(word)}
          </MenuChoice>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
