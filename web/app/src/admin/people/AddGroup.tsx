import { TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../../api/client.ts'
import type { AdminGroup } from '../../api/types.ts'
import { fieldWords, problemWords } from '../frame/problem.ts'

/** Makes a group where one is chosen (AG-04). */
export function AddGroup({ onAdded }: { onAdded: (id: string) => void }) {
  const { t } = useTranslation('admin')
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const add = async () => {
    setProblem(null)
    try {
      const made = await request<AdminGroup>('POST', '/admin/groups', { name, members: [] })
      await client.invalidateQueries({ queryKey: ['admin', 'groups'] })
      setName('')
      onAdded(made.id)
    } catch (error) {
      const first = error instanceof ApiError ? error.errors[0] : undefined
      setProblem(first ? fieldWords(t, first.code, first.params) : problemWords(t, error))
    }
  }
  return (
    <div className="row end">
      <TextInput
        className="grow"
        label={t('people.groupNew')}
        value={name}
        error={problem}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <button type="button" className="btn" disabled={name.trim() === ''} onClick={() => void add()}>
        {t('people.groupAdd')}
      </button>
    </div>
  )
}
