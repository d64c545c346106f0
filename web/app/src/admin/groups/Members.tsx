import '../people/people.css'
import { TextInput } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/client.ts'
import type { AdminPerson } from '../../api/types.ts'

export interface Named {
  id: string
  name: string
}

/** Who is found at the left goes by [>] to those in the group at the right (AG-14). */
export function Members({ value, onChange }: { value: Named[]; onChange: (value: Named[]) => void }) {
  const { t } = useTranslation('admin')
  const [words, setWords] = useState('')
  const query = useDeferredValue(words)
  const { data } = useQuery({
    queryKey: ['admin', 'people', 'find', query],
    queryFn: () => request<{ items: AdminPerson[] }>('GET', `/admin/people?per_page=50&q=${encodeURIComponent(query)}`),
    placeholderData: keepPreviousData,
  })
  const found = (data?.items ?? []).filter((p) => !value.some((m) => m.id === p.id))
  return (
    <div className="twolists">
      <div>
        <TextInput
          type="search"
          label={t('groups.people')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
        />
        <ul aria-label={t('groups.people')}>
          {found.map(({ id, name, login }) => (
            <li key={id}>
              <span className="grow">
                {name} <span className="t3">{login}</span>
              </span>
              <button
                type="button"
                className="btn icon"
                aria-label={t('groups.put', { name })}
                onClick={() => onChange([...value, { id, name }])}
              >
                <IconChevronRight className="i s" stroke={1.75} aria-hidden />
              </button>
            </li>
          ))}
          {data && found.length === 0 && <li className="t2">{t('groups.nobody')}</li>}
        </ul>
      </div>
      <div>
        <span className="sm t2">
          {t('groups.fields.members')} · {t('groups.count', { count: value.length })}
        </span>
        <ul aria-label={t('groups.fields.members')}>
          {value.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                className="btn icon"
                aria-label={t('groups.take', { name })}
                onClick={() => onChange(value.filter((m) => m.id !== id))}
              >
                <IconChevronLeft className="i s" stroke={1.75} aria-hidden />
              </button>
              <span className="grow">{name}</span>
            </li>
          ))}
          {value.length === 0 && <li className="t2">{t('groups.none')}</li>}
        </ul>
      </div>
    </div>
  )
}
