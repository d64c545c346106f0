import { IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../app/deskContext.ts'
import { StateShape } from '../panel/StateShape.tsx'
import { StateTimer } from '../panel/StateTimer.tsx'
import { hasPhone, lookOf, screenState, wordOf } from '../phone/state.ts'
import { ServiceMenu } from '../service/ServiceMenu.tsx'
import { PagesMenu } from './PagesMenu.tsx'
import { ThemeMenu } from './ThemeMenu.tsx'
import { UserMenu } from './UserMenu.tsx'

interface Props {
  openPhone: () => void
  panelOpen: boolean
}

/** Service, phone state, brightness and the user. The phone's icon is there only for users with a phone (PH-05). */
export function TopBar({ openPhone, panelOpen }: Props) {
  const { t } = useTranslation()
  const desk = useDesk()
  const state = screenState(desk)
  const look = lookOf(state)
  const word = t(wordOf(state, desk.view?.kind))
  return (
    <header className="top">
      <PagesMenu withPhone={hasPhone(desk)} />
      <ServiceMenu />
      <span className="spacer" />
      {hasPhone(desk) && (
        <button
          type="button"
          className="statepill"
          data-s={look}
          aria-label={t('top.phone', { state: word })}
          aria-expanded={panelOpen}
          onClick={openPhone}
        >
          <IconPhone className="i s" stroke={1.75} aria-hidden />
          <StateShape look={look} />
          {word}
          <StateTimer className="timer" />
        </button>
      )}
      <ThemeMenu />
      <UserMenu />
    </header>
  )
}
