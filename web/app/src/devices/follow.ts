import type { Desk } from '../phone/desk.ts'
import type { MediaClient } from '../phone/media.ts'
import type { DeviceStore } from './store.ts'

interface Followed {
  devices: Pick<MediaDevices, 'addEventListener' | 'removeEventListener'>
  store: DeviceStore
  desk: Pick<Desk, 'subscribe'>
  media: Pick<MediaClient, 'microphonesChanged' | 'changeMicrophone' | 'state'>
}

/** Keeps the microphone in step with what is plugged in and what is chosen. Returns what ends it. */
export function followDevices({ devices, store, desk, media }: Followed): () => void {
  let tried = ''
  const compare = () => {
    const wanted = store.device('microphone')
    const { microphone } = media.state
    const used = microphone?.getAudioTracks()[0]?.getSettings().deviceId
    if (!wanted || !used || used === wanted.id || tried === wanted.id) return
    tried = wanted.id // once: one that cannot be opened is not asked for again and again
    void media.changeMicrophone()
  }
  const plugged = async () => {
    tried = ''
    await store.refresh()
    media.microphonesChanged(store.getState().microphoneIds)
    compare()
  }
  const onPlugged = () => void plugged()
  // The names are told only once the microphone was allowed.
  let opened: MediaStream | null = null
  const unsubscribe = desk.subscribe(() => {
    const { microphone } = media.state
    if (microphone === opened) return
    opened = microphone
    if (microphone) void store.refresh().then(compare)
  })
  let { choice } = store.getState()
  const unchoose = store.subscribe(() => {
    const before = choice
    choice = store.getState().choice
    if (choice.microphone === before.microphone) return
    tried = ''
    if (choice.microphone) compare()
    else void media.changeMicrophone()
  })
  devices.addEventListener('devicechange', onPlugged)
  void store.refresh()
  return () => {
    unsubscribe()
    unchoose()
    devices.removeEventListener('devicechange', onPlugged)
  }
}
