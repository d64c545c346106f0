import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonLink } from '../../api/types.ts'
import { Dialog } from '../frame/Dialog.tsx'

interface Props {
  link: PersonLink
  name: string
  onClose: () => void
}

/** A one-time link, shown once: the secret stands behind the #, which browsers send to no server. */
export function LinkDialog({ link, name, onClose }: Props) {
  const { t, i18n } = useTranslation('admin')
  const [copied, setCopied] = useState(false)
  const address = `${window.location.origin}/invite#${link.token}`
  const until = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(link.expires_at),
  )
  const copy = async (field: HTMLInputElement | null) => {
    field?.select()
    // Without https there is no clipboard: what is selected can be copied by hand.
    await navigator.clipboard?.writeText(address).then(() => setCopied(true))
  }
  return (
    <Dialog
      title={t('people.linkTitle')}
      testid="link"
      onClose={onClose}
      foot={
        <>
          <button
            type="button"
            className="btn primary"
            onClick={(event) => void copy(event.currentTarget.closest('dialog')?.querySelector('input') ?? null)}
          >
            {t(copied ? 'people.copied' : 'people.copy')}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            {t('frame.close')}
          </button>
        </>
      }
    >
      <p>{t('people.linkLead', { name, until })}</p>
      <label className="stack">
        <span className="sm t2">{t('people.linkLabel')}</span>
        <input className="plain" readOnly value={address} onFocus={(event) => event.currentTarget.select()} />
      </label>
    </Dialog>
  )
}
