import { IconInfoCircle, IconX } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Trans, useTranslation } from 'react-i18next'
import { isEscape } from '../app/composing.ts'
import { useDesk } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { nameOf } from '../panel/caller.ts'
import { useKnownCard } from '../panel/card.ts'
import { DirectTab } from './DirectTab.tsx'
import { FavouritesTab } from './FavouritesTab.tsx'
import { GroupsTab } from './GroupsTab.tsx'
import { useHandOver } from './useHandOver.ts'

const tabs = ['direct', 'favourites', 'groups'] as const
type Tab = (typeof tabs)[number]

const tabKey = 'bellhop.transfer.tab'

/** 호전환 (PH-49 … PH-58): not modal, so that ticket and call stay usable. Esc closes it. */
export function TransferWindow() {
  const { t } = useTranslation()
  const { close } = useWindows()
  const { view } = useDesk()
  const handOver = useHandOver()
  const [tab, setTab] = useState<Tab>(lastTab)
  const id = useId()
  const who = useWho()
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    const inside = box.current?.querySelector<HTMLElement>('[role="tabpanel"] input')
    ;(inside ?? box.current)?.focus()
  }, [])
  const choose = (next: Tab) => {
    setTab(next)
    handOver.clear()
    sessionStorage.setItem(tabKey, next)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (isEscape(event) && !event.defaultPrevented) close()
  }
  if (!view) return null
  return (
    <section
      className="pop transfer"
      role="dialog"
      aria-labelledby={`${id}-title`}
      data-testid="transfer-window"
      ref={box}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div className="row poph">
        <h2 id={`${id}-title`} className="grow">
          {t('transfer.title')}
        </h2>
        <span className="xs t2 cut">{who ? t('transfer.inCallWith', { who }) : t('transfer.inCall')}</span>
        <button type="button" className="btn small quiet icon" aria-label={t('transfer.close')} onClick={close}>
          <IconX className="i s" stroke={1.75} aria-hidden />
        </button>
      </div>
      <Tabs id={id} tab={tab} onChoose={choose} />
      <div className="panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`}>
        {handOver.error && tab !== 'direct' && (
          <p className="help bad" role="alert">
            {handOver.error}
          </p>
        )}
        {tab === 'direct' && <DirectTab handOver={handOver} />}
        {tab === 'favourites' && <FavouritesTab handOver={handOver} />}
        {tab === 'groups' && <GroupsTab handOver={handOver} self={view.agent.id} />}
      </div>
      <div className="row xs t2 popf">
        <IconInfoCircle className="i s" stroke={1.75} aria-hidden />
        <span>
          <Trans i18nKey="transfer.help" components={{ b: <b /> }} />
        </span>
      </div>
    </section>
  )
}

function useWho(): string {
  const call = useDesk().view?.call
  const card = useKnownCard(call?.id ?? '')
  return call ? nameOf(call, card) : ''
}

function lastTab(): Tab {
  return tabs.find((tab) => tab === sessionStorage.getItem(tabKey)) ?? 'groups'
}

/** Arrow keys choose, as in every list of tabs. */
function Tabs({ id, tab, onChoose }: { id: string; tab: Tab; onChoose: (tab: Tab) => void }) {
  const { t } = useTranslation()
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]
    if (!next) return
    onChoose(next)
    document.getElementById(`${id}-${next}`)?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label={t('transfer.tabs')} onKeyDown={onKeyDown}>
      {tabs.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`${id}-${one}`}
          aria-selected={tab === one}
          aria-controls={`${id}-panel`}
          tabIndex={tab === one ? 0 : -1}
          onClick={() => onChoose(one)}
        >
          {t(`transfer.${one}`)}
        </button>
      ))}
    </div>
  )
}
