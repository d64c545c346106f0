import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { announce } from './announce.ts'

const lastSeconds = 10

/** The two places that screen readers listen to. Timers never speak, except once when ten seconds are left. */
export function LiveRegions() {
  const { t } = useTranslation()
  const { clock } = useWorkplace().desk
  const desk = useDesk()
  const before = useRef(desk)
  const [polite, setPolite] = useState('')
  const [assertive, setAssertive] = useState('')

  useEffect(() => {
    const said = announce(before.current, desk, t)
    before.current = desk
    if (said.polite !== null) setPolite(said.polite)
    if (said.assertive !== null) setAssertive(said.assertive)
  }, [desk, t])

  const offer = desk.view?.occupation === 'offered' ? desk.view.call : null
  const endsAt = offer?.offer_ends_at
  useEffect(() => {
    if (!endsAt) return
    const wait = Date.parse(endsAt) - lastSeconds * 1000 - clock.now()
    if (wait < 0) return
    const timer = setTimeout(() => setAssertive(t('live.tenLeft')), wait)
    return () => clearTimeout(timer)
  }, [endsAt, clock, t])

  return (
    <>
      <div className="vh" role="status" aria-live="polite" data-testid="live-polite">
        {polite}
      </div>
      <div className="vh" role="alert" aria-live="assertive" data-testid="live-assertive">
        {assertive}
      </div>
    </>
  )
}
