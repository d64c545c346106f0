import { describe, expect, test, vi } from 'vitest'
import { FakeMemory, FakeStream } from '../phone/fakes.ts'
import { mediaOff } from '../phone/media.ts'
import { openMicrophone } from '../phone/microphone.ts'
import { findDevice, parseChoice } from './choice.ts'
import { followDevices } from './follow.ts'
import { DeviceStore } from './store.ts'

const jabra = { label: 'Jabra Evolve2 40', group: 'g1' }
const listed = (kind: MediaDeviceKind, deviceId: string, label: string, groupId: string) =>
  ({ kind, deviceId, label, groupId }) as MediaDeviceInfo

const laptop = [
  listed('audioinput', 'default', 'Default - Internal', 'g0'),
  listed('audioinput', 'm0', 'Internal', 'g0'),
  listed('audiooutput', 's0', 'Internal', 'g0'),
]
const headset = [
  listed('audioinput', 'm1', jabra.label, jabra.group),
  listed('audiooutput', 's1', jabra.label, jabra.group),
]

class FakeDevices extends EventTarget {
  list = [...laptop, ...headset]
  async enumerateDevices() {
    return this.list
  }
}

describe('a remembered device', () => {
  test('is found by name and group, else by name', () => {
    const device = (id: string, label: string, group: string) => ({ id, label, group })
    const all = [device('1', jabra.label, 'other'), device('2', jabra.label, 'g1'), device('3', 'Internal', 'g0')]
    expect(findDevice(jabra, all)?.id).toBe('2')
    expect(findDevice({ ...jabra, group: 'new' }, all)?.id).toBe('1')
    expect(findDevice({ label: 'Gone', group: 'g1' }, all)).toBeNull()
    expect(findDevice(null, all)).toBeNull()
  })

  test.each([null, '{', '5', '{"microphone":{"label":7}}'])('is not read from %s', (text) => {
    expect(parseChoice(text)).toEqual({ microphone: null, speaker: null, ringer: null })
  })
})

describe('the devices', () => {
  test('are chosen, remembered, missed and found again', async () => {
    const devices = new FakeDevices()
    const memory = new FakeMemory()
    const store = new DeviceStore({ devices, memory })
    await store.refresh()
    expect(store.getState().microphones.map((d) => d.id)).toEqual(['m0', 'm1'])
    store.choose('microphone', { id: 'm1', ...jabra })
    const again = new DeviceStore({ devices, memory })
    expect(again.missing('microphone')).toBe(false) // not known yet
    await again.refresh()
    expect(again.idOf('microphone')).toBe('m1')
    devices.list = laptop
    await again.refresh()
    expect([again.idOf('microphone'), again.missing('microphone')]).toEqual(['', true])
  })

  test('that change in a call are told to the audio, and the chosen one is taken when it is back', async () => {
    const devices = new FakeDevices()
    const store = new DeviceStore({ devices, memory: new FakeMemory() })
    store.choose('microphone', { id: 'm1', ...jabra })
    const microphone = new FakeStream('m0') as unknown as MediaStream
    const media = {
      state: { ...mediaOff, microphone },
      microphonesChanged: vi.fn(),
      changeMicrophone: vi.fn(async () => undefined),
    }
    devices.list = laptop
    const stop = followDevices({
      devices: devices as unknown as MediaDevices,
      store,
      media,
      desk: { subscribe: () => () => true },
    })
    devices.dispatchEvent(new Event('devicechange'))
    await vi.waitFor(() => expect(media.microphonesChanged).toHaveBeenCalledWith(['default', 'm0']))
    expect(media.changeMicrophone).not.toHaveBeenCalled()
    devices.list = [...laptop, ...headset]
    devices.dispatchEvent(new Event('devicechange'))
    await vi.waitFor(() => expect(media.changeMicrophone).toHaveBeenCalledTimes(1))
    stop()
  })
})

describe('a chosen microphone', () => {
  test('that cannot be opened gives way to the system’s own', async () => {
    const asked: unknown[] = []
    const getUserMedia = async ({ audio }: MediaStreamConstraints) => {
      asked.push((audio as MediaTrackConstraints).deviceId)
      if (asked.length === 1) throw new DOMException('gone', 'OverconstrainedError')
      return new FakeStream() as unknown as MediaStream
    }
    await openMicrophone({ secure: true, devices: { getUserMedia }, raw: false }, 'm1')
    expect(asked).toEqual([{ exact: 'm1' }, undefined])
  })
})
