import '../styles/shell.css'
import '../styles/phone.css'
import '../styles/field.css'
import '../styles/call.css'
import '../styles/keypad.css'
import '../styles/pop.css'
import '../styles/dialog.css'
import '../styles/desk.css'
import '../styles/ticket.css'

import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import i18next from 'i18next'
import { useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { ApiError, request } from '../api/client.ts'
import type { Session } from '../api/types.ts'
import { followDevices } from '../devices/follow.ts'
import { DeviceStore } from '../devices/store.ts'
import { callerLine } from '../panel/caller.ts'
import { DesktopBell, TitleBell } from '../phone/attention.ts'
import type { Desk } from '../phone/desk.ts'
import { Ringer, ringingOffer, soundsHere } from '../phone/ring.ts'
import { inCall } from '../phone/state.ts'
import { RingTone } from '../phone/tone.ts'
import type { CallView, TicketRef } from '../phone/view.ts'
import { Preflight } from '../preflight/preflight.ts'
import { preflightTools } from '../preflight/tools.ts'
import { watchQuality } from '../quality/watch.ts'
import { ServiceStore } from '../service/store.ts'
import { ShortcutStore } from '../shortcuts/store.ts'
import { NoteDesk } from '../tickets/noteDesk.ts'
import { notesKey, sendNote } from '../tickets/notes.ts'
import { type Workplace as Place, WorkplaceContext } from './deskContext.ts'
import { openDesk } from './openDesk.ts'
import { router } from './router.tsx'

const movedKey = 'bellhop.moved'

/** Moves the screen to the ticket of a call (PH-38): once per call, so that a reload leaves the agent where he is. */
function moveTo(ticket: TicketRef, notes: NoteDesk): void {
  if (sessionStorage.getItem(movedKey) === ticket.call) return
  sessionStorage.setItem(movedKey, ticket.call)
  if (router.state.location.pathname === '/phone') return
  const number = String(ticket.number)
  const begun = notes.begunAt(router.state.location.pathname)
  void router.navigate({
    to: '/tickets/$number',
    params: { number },
    state: { byCall: true, ...(begun && begun !== number && { begun }) },
  })
}

/** Everything below the sign-in: one phone for as long as the session lasts, whatever page is open. */
export function Workplace({ session, onEnded }: { session: Session; onEnded: (expired: boolean) => void }) {
  const { user } = session
  const [soundLocked, setSoundLocked] = useState(false)
  const client = useQueryClient()
  const parts = useMemo(() => {
    const caller = (call: CallView) => callerLine(call, i18next.t)
    const devices = new DeviceStore({ devices: navigator.mediaDevices, memory: window.localStorage })
    const notes = openNotes(user.id, client)
    const desk = openDesk(user.id, devices, {
      onTicket: (ticket) => moveTo(ticket, notes),
      onRefused: () => void checkSession(desk, onEnded),
      onSession: () => void client.invalidateQueries({ queryKey: ['session'] }),
    })
    const { start: watch, quality } = watchQuality(user.id, desk)
    return {
      desk,
      devices,
      notes,
      watch,
      quality,
      services: new ServiceStore({ user: user.id, services: [], tab: sessionStorage, browser: localStorage }),
      shortcuts: new ShortcutStore(window.localStorage),
      preflight: new Preflight(preflightTools({ desk, devices })),
      tone: new RingTone(setSoundLocked),
      title: new TitleBell((call) => i18next.t('offer.ringTitle', { caller: caller(call) })),
      notification: new DesktopBell((call) => ({
        title: i18next.t('offer.title'),
        body: i18next.t('offer.ringBody', { caller: caller(call), queue: call.queue.name }),
      })),
    }
  }, [user.id, client, onEnded])

  useEffect(() => {
    const { desk, devices, watch, tone, title, notification, notes } = parts
    const ringer = new Ringer({ tone, title, notification })
    let wasUp = false
    const update = () => {
      const state = desk.getState()
      const up = state.media.phase === 'up'
      if (up && !wasUp) tone.unlock() // After a reload the browser may keep the page silent: say so before it rings.
      wasUp = up
      ringer.update(ringingOffer(state, desk.clock.now()), soundsHere(state))
    }
    const unsubscribe = desk.subscribe(update)
    // An offer that ends while the line is down ends by the clock.
    const clock = setInterval(update, 1000)
    const online = () => desk.retryLink()
    window.addEventListener('online', online)
    desk.start()
    const leaveQuality = watch()
    const leaveDevices = wireDevices(devices, desk, tone)
    const leaveNotes = notes.outbox.start()
    return () => {
      leaveNotes()
      leaveDevices()
      leaveQuality()
      window.removeEventListener('online', online)
      unsubscribe()
      clearInterval(clock)
      ringer.stop()
      desk.stop()
      tone.close()
    }
  }, [parts])

  useLayoutEffect(() => parts.services.update(session.services), [parts, session.services])

  const place: Place = useMemo(
    () => ({
      ...parts,
      user,
      soundLocked,
      setSoundLocked,
      askNotifications: () => parts.notification.ask(),
      signOut: async () => {
        const { view } = parts.desk.getState()
        if (view && view.presence !== 'signed_out' && !(await parts.desk.signOut())) return
        await request('DELETE', '/session')
        onEnded(false)
      },
    }),
    [parts, user, soundLocked, onEnded],
  )

  return (
    <WorkplaceContext value={place}>
      <RouterProvider router={router} />
    </WorkplaceContext>
  )
}

/** The user's notes that the server does not have yet. What it has is shown before it is forgotten here. */
function openNotes(user: string, client: QueryClient): NoteDesk {
  return new NoteDesk({
    user,
    memory: window.localStorage,
    events: window,
    locks: navigator.locks,
    send: sendNote,
    onSent: ({ ticket }) => client.invalidateQueries({ queryKey: notesKey(ticket) }),
  })
}

/** The microphone, and where the phone rings, follow what is plugged in and chosen. */
function wireDevices(store: DeviceStore, desk: Desk, tone: RingTone): () => void {
  const { mediaDevices } = navigator
  if (!mediaDevices) return () => undefined
  const ringFrom = store.subscribe(() => tone.setSink(store.idOf('ringer')))
  const unfollow = followDevices({ devices: mediaDevices, store, media: desk.media, desk })
  return () => {
    ringFrom()
    unfollow()
  }
}

/** The server refused the live connection: is it the sign-in that has ended? A call that is still heard is not cut for it. */
async function checkSession(desk: Desk, onEnded: (expired: boolean) => void): Promise<void> {
  try {
    await request('GET', '/session')
  } catch (error) {
    const state = desk.getState()
    const talking = inCall(state) && state.media.phase === 'up'
    if (error instanceof ApiError && error.status === 401 && !talking) onEnded(true)
  }
}
