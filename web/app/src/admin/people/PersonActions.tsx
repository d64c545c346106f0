import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '../../api/client.ts'
import type { AdminPerson, PersonLink } from '../../api/types.ts'
import { DeleteDialog } from '../form/DeleteDialog.tsx'
import { fieldWords, problemWords } from '../frame/problem.ts'
import { LinkDialog } from './LinkDialog.tsx'

interface Props {
  person: AdminPerson
  /** Something of him was changed. */
  onChanged: () => void
  onDeleted: () => void
}

/** What is done with somebody at once: a link for his password, 사용 중지, 로그아웃, 삭제. */
export function PersonActions({ person, onChanged, onDeleted }: Props) {
  const { t } = useTranslation('admin')
  const [link, setLink] = useState<PersonLink | null>(null)
  const [deleting, setDeleting] = useState(false)
  const path = `/admin/people/${person.id}`
  const off = person.state === 'disabled'
  const attempt = async (act: () => Promise<unknown>, said?: string) => {
    try {
      await act()
      if (said) notifications.show({ message: said })
      onChanged()
    } catch (error) {
      const first = error instanceof ApiError ? error.errors[0] : undefined
      const message = first ? fieldWords(t, first.code, first.params) : problemWords(t, error)
      notifications.show({ message, color: 'red', autoClose: false })
    }
  }
  const makeLink = async () => setLink(await request<PersonLink>('POST', `${path}/link`))
  const disable = () => request('PUT', `${path}/disabled`, { version: person.version, disabled: !off })
  return (
    <div className="row wrap">
      {!off && (
        <button type="button" className="btn" onClick={() => void attempt(makeLink)}>
          {t('people.link')}
        </button>
      )}
      {person.signed_in && (
        <button
          type="button"
          className="btn"
          onClick={() => void attempt(() => request('POST', `${path}/sign-out`), t('people.signedOut'))}
        >
          {t('people.signOut')}
        </button>
      )}
      <button
        type="button"
        className="btn"
        onClick={() => void attempt(disable, t(off ? 'people.enabled' : 'people.disabled'))}
      >
        {t(off ? 'people.enable' : 'people.disable')}
      </button>
      <button type="button" className="btn" onClick={() => setDeleting(true)}>
        {t('frame.delete')}
      </button>
      {link && <LinkDialog link={link} name={person.name} onClose={() => setLink(null)} />}
      {deleting && (
        <DeleteDialog path={path} name={person.name} onDeleted={onDeleted} onClose={() => setDeleting(false)} />
      )}
    </div>
  )
}
