import { NumberInput, Select, TagsInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { QueueMember } from '../../api/types.ts'
import type { FormOf } from '../form/FormPage.tsx'
import { problemWords } from '../frame/problem.ts'
import { missing, type QueueValues } from './settings.ts'

/** The agents of a queue: who, in which place, with which skills. */
export function Members({ form, service }: { form: FormOf<QueueValues>; service: string }) {
  const { t } = useTranslation('admin')
  const { members, skills } = form.getValues()
  const put = (next: QueueMember[]) => form.setFieldValue('members', next as never)
  return (
    <>
      <AddMember service={service} members={members} onAdd={(m) => put([...members, { ...m, priority: 5 }])} />
      {members.length === 0 ? (
        <p className="sm t2">{t('queues.noMembers')}</p>
      ) : (
        <div className="tablebox">
          <table className="tbl members" aria-label={t('queues.part_members')}>
            <thead>
              <tr>
                <th scope="col">{t('queues.memberHead')}</th>
                <th scope="col">{t('queues.values.strategy.priority')}</th>
                <th scope="col">{t('queues.fields.skills')}</th>
                <th scope="col">{t('queues.stateHead')}</th>
                <th aria-label={t('frame.delete')} />
              </tr>
            </thead>
            <tbody>
              {members.map((m, at) => (
                <tr key={m.agent}>
                  <th scope="row">
                    {m.name} <span className="num t3">{m.extension}</span>
                  </th>
                  <td>
                    <NumberInput
                      name={`members.${at}.priority`}
                      aria-label={t('queues.priorityOf', { name: m.name })}
                      min={1}
                      max={9}
                      w={68}
                      {...form.getInputProps(`members.${at}.priority`)}
                    />
                  </td>
                  <td>
                    <Skills
                      member={m}
                      onSaved={(now) =>
                        put(members.map((one) => (one.agent === now.agent ? { ...now, priority: one.priority } : one)))
                      }
                    />
                  </td>
                  <td>
                    <State member={m} lacks={missing(skills, m)} />
                  </td>
                  <td className="r">
                    <button
                      type="button"
                      className="btn small quiet icon"
                      aria-label={t('queues.removeMember', { name: m.name })}
                      onClick={() => put(members.filter((one) => one.agent !== m.agent))}
                    >
                      <IconX className="i s" stroke={1.75} aria-hidden />
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

function State({ member, lacks }: { member: QueueMember; lacks: string[] }) {
  const { t } = useTranslation('admin')
  if (member.no_phone) {
    return (
      <span className="pill" data-s="dead">
        {t('queues.noPhone')}
      </span>
    )
  }
  if (lacks.length > 0) {
    return (
      <span className="pill" data-s="break">
        {t('queues.missing', { skills: lacks.join(', ') })}
      </span>
    )
  }
  return <span className="t2">{t('queues.memberCan')}</span>
}

interface AddProps {
  service: string
  members: QueueMember[]
  onAdd: (member: QueueMember) => void
}

function AddMember({ service, members, onAdd }: AddProps) {
  const { t } = useTranslation('admin')
  const [typed, setTyped] = useState('')
  const found = useQuery({
    queryKey: ['admin', 'queue-agents', service, typed],
    queryFn: () =>
      request<{ items: QueueMember[] }>(
        'GET',
        `/admin/queue-agents?service=${service}&per_page=50&q=${encodeURIComponent(typed)}`,
      ),
    enabled: service !== '',
    placeholderData: (before) => before,
  })
  const free = (found.data?.items ?? []).filter((one) => !members.some((m) => m.agent === one.agent))
  return (
    <Select
      label={t('queues.addMember')}
      description={t('queues.addMemberHint')}
      searchable
      disabled={service === ''}
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      data={free.map((m) => ({ value: m.agent, label: `${m.name} ${m.extension}` }))}
      onChange={(agent) => {
        const chosen = free.find((m) => m.agent === agent)
        if (chosen) onAdd(chosen)
        setTyped('')
      }}
    />
  )
}

/** What an agent can do. It belongs to him, not to the queue, and is saved as it is typed. */
function Skills({ member, onSaved }: { member: QueueMember; onSaved: (now: QueueMember) => void }) {
  const { t } = useTranslation('admin')
  const save = async (skills: string[]) => {
    try {
      const path = `/admin/queue-agents/${member.agent}/skills`
      const now = await request<QueueMember>('PUT', path, { version: member.skills_version, skills })
      onSaved({ ...member, skills: now.skills, skills_version: now.skills_version })
      notifications.show({ message: t('queues.skillsSaved', { name: member.name }) })
    } catch (error) {
      notifications.show({ message: problemWords(t, error), color: 'red', autoClose: false })
    }
  }
  return (
    <TagsInput
      aria-label={t('queues.skillsOf', { name: member.name })}
      clearable={false}
      maxTags={50}
      value={member.skills}
      onChange={(skills) => void save(skills)}
    />
  )
}
