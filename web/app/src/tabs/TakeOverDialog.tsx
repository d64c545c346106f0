import { useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { shortTime } from '../format/time.ts'

/** Another computer has the phone: asks before it is taken over. */
export function TakeOverDialog({ since }: { since: string }) {
  const { t } = useTranslation()
  const { media } = useDesk()
  const { desk } = useWorkplace()
  const cancel = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => cancel.current?.focus(), [])
  const time = shortTime(since)
  const stay = () => media.away && desk.media.away({ ...media.away, asked: false })
  return (
    <section className="notice" data-s="ring" role="alertdialog" aria-labelledby={id} aria-describedby={`${id}-more`}>
      <div>
        <h3 id={id}>{t('tabs.askTitle')}</h3>
        <p id={`${id}-more`} className="sm">
          {time && t('tabs.askSince', { time })} {t('tabs.ask')}
        </p>
      </div>
      <div className="row">
        <button type="button" className="btn primary" onClick={() => void desk.signIn(true)}>
          {t('tabs.takeOver')}
        </button>
        <button type="button" className="btn" ref={cancel} onClick={stay}>
          {t('tabs.cancel')}
        </button>
      </div>
    </section>
  )
}
