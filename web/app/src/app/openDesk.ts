import { request } from '../api/client.ts'
import type { PhoneToken } from '../api/types.ts'
import type { DeviceStore } from '../devices/store.ts'
import { Desk } from '../phone/desk.ts'
import { browserMicrophone } from '../phone/microphone.ts'
import { onNetworkChange } from '../phone/network.ts'
import { openBrowserSocket } from '../phone/sockets.ts'
import { WebSoundLock } from '../phone/tab.ts'
import type { TicketRef } from '../phone/view.ts'

export interface DeskEvents {
  onTicket: (ticket: TicketRef) => void
  onRefused: () => void
  onSession: () => void
}

/** The phone of this browser, wired to the real world. */
export function openDesk(user: string, devices: DeviceStore, events: DeskEvents): Desk {
  const origin = window.location.origin.replace(/^http/, 'ws')
  return new Desk({
    live: { url: `${origin}/api/v1/live`, open: openBrowserSocket },
    media: {
      grant: (takeOver, resume) =>
        request<PhoneToken>('POST', '/phone/session', { take_over: takeOver, ...(resume && { resume }) }),
      createPeer: () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
      openSocket: openBrowserSocket,
      onNetworkChange,
      openMicrophone: () => browserMicrophone(devices.idOf('microphone')),
    },
    lock: new WebSoundLock(user),
    memory: window.sessionStorage,
    shared: window.localStorage,
    ...events,
  })
}
