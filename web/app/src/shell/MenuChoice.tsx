import { Menu } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface Props {
  chosen: boolean
  lang?: string
  onChoose: () => void
  children: ReactNode
}

/** One of several in a menu, of which one is chosen. Mantine's own item calls itself a plain menuitem, which cannot be checked. */
export function MenuChoice({ chosen, lang, onChoose, children }: Props) {
  return (
    <Menu.Item
      lang={lang}
      renderRoot={(props) => <button {...props} role="menuitemradio" aria-checked={chosen} />}
      onClick={onChoose}
      rightSection={chosen ? <IconCheck className="i s" aria-hidden /> : undefined}
    >
      {children}
    </Menu.Item>
  )
}
