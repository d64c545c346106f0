import { IconChevronDown, IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServerTime } from '../app/deskContext.ts'
import { useRoster } from '../app/roster.ts'
import { spanWords } from '../panel/caller.ts'
import { StateShape } from '../panel/StateShape.tsx'
import { lookOf, type ScreenState, wordOf } from '../phone/state.ts'
import type { Roster, RosterAgent } from '../phone/view.ts'
import { HandOverButton } from './HandOverButton.tsx'
import { finds, groupsOf, inOrder } from './people.ts'
import type { HandOver } from './useHandOver.ts'

interface Props {
  handOver: HandOver
  self: string
}

/** 그룹별 대기 상담원 (PH-54 … PH-56), live. One who leaves 대기 keeps his row, in grey. */
export function GroupsTab({ handOver, self }: Props) {
  const { t } = useTranslation()
  const roster = useRoster()
  const [group, setGroup] = useState('')
  const [query, setQuery] = useState('')
  const [order, setOrder] = useState<string[]>([])
  useEffect(() => {
    if (roster) setOrder((before) => inOrder(before, roster, self))
  }, [roster, self])
  const groups = roster ? groupsOf(roster, self) : []
  const all = order.map((id) => roster?.agents.find((agent) => agent.id === id)).filter((agent) => agent !== undefined)
  const inGroup = all.filter((agent) => group === '' || agent.groups.includes(group))
  const shown = inGroup.filter((agent) => finds(query, agent.name, agent.extension))
  return (
    <>
      <div className="row">
        <div className="select" style={{ flex: '0 0 176px' }}>
          <select value={group} aria-label={t('transfer.group')} onChange={(event) => setGroup(event.target.value)}>
            <option value="">{t('transfer.allGroups')}</option>
            {groups.map(({ name, ready }) => (
              <option key={name} value={name}>
                {t('transfer.groupOf', { name, count: ready })}
              </option>
            ))}
          </select>
          <IconChevronDown className="i s" stroke={1.75} aria-hidden />
        </div>
        <div className="input grow">
          <IconSearch className="i s" stroke={1.75} aria-hidden />
          <input
            type="search"
            autoComplete="off"
            placeholder={t('transfer.searchAgents')}
            aria-label={t('transfer.searchAgents')}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
      </div>
      {!roster ? (
        <p className="t2" aria-busy="true">
          {t('transfer.loading')}
        </p>
      ) : shown.length > 0 ? (
        <ul className="rows">
          {shown.map((agent) => (
            <Row key={agent.id} agent={agent} handOver={handOver} />
          ))}
        </ul>
      ) : inGroup.length > 0 ? (
        <Nothing title={t('transfer.noMatch')} hint={t('transfer.noMatchHint')} />
      ) : (
        <>
          <Nothing title={t('transfer.nobody')} hint={t('transfer.nobodyHint')} />
          <Queues roster={roster} handOver={handOver} />
        </>
      )}
    </>
  )
}

function Row({ agent, handOver }: { agent: RosterAgent; handOver: HandOver }) {
  const { t } = useTranslation()
  const since = Date.parse(agent.since)
  const now = useServerTime(since)
  const ready = agent.state === 'ready'
  const state: ScreenState = agent.state === 'free' ? 'default' : agent.state
  return (
    <li data-off={!ready} data-testid="agent-row">
      <span className="ava" aria-hidden>
        {[...agent.name].at(/^[가-힣]{3,4}$/.test(agent.name) ? 1 : 0)}
      </span>
      <span className="grow stack g0">
        <span className="cut">
          <span className="m">{agent.name}</span> <span className="t3 num sm">{agent.extension}</span>
        </span>
        <span className="row g1 xs t2 num" data-s={lookOf(state)}>
          <StateShape look={lookOf(state)} />
          {ready ? t('transfer.readyFor', { span: spanWords(now - since, t) }) : t(wordOf(state, agent.kind))}
        </span>
      </span>
      <HandOverButton
        handOver={handOver}
        to={agent.extension}
        name={agent.name}
        word={t('transfer.connect')}
        disabled={!ready}
      />
    </li>
  )
}

/** Nobody is 대기: a queue still takes the customer. */
function Queues({ roster, handOver }: { roster: Roster; handOver: HandOver }) {
  const { t } = useTranslation()
  return (
    <ul className="rows" aria-label={t('transfer.toQueue')}>
      {roster.queues.map((queue) => (
        <li key={queue.id}>
          <span className="grow stack g0">
            <span className="cut">
              <span className="m">{queue.name}</span> <span className="t3 num sm">{queue.number}</span>
            </span>
            <span className="xs t2 num">
              {t('transfer.queueWaiting', { waiting: queue.waiting, ready: queue.ready })}
            </span>
          </span>
          <HandOverButton handOver={handOver} to={queue.number} name={queue.name} word={t('transfer.toQueue')} />
        </li>
      ))}
    </ul>
  )
}

export function Nothing({ title, hint }: { title: string; hint: string }) {
  return (
    <div className="none">
      <b>{title}</b>
      <p className="sm t2">{hint}</p>
    </div>
  )
}
