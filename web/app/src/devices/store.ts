import { type Choice, type Device, devicesOf, findDevice, parseChoice, type Role } from './choice.ts'

export interface DeviceState {
  microphones: readonly Device[]
  /** For the caller and for the ring. */
  speakers: readonly Device[]
  /** Every microphone's id as the browser lists it, its names for the system's own among them. */
  microphoneIds: readonly string[]
  choice: Choice
}

export interface DeviceStoreOptions {
  /** Undefined where a page may not use devices. */
  devices: Pick<MediaDevices, 'enumerateDevices'> | undefined
  memory: Pick<Storage, 'getItem' | 'setItem'>
}

const storageKey = 'bellhop.devices'

/** The microphones and loudspeakers of this computer, and which the agent chose. */
export class DeviceStore {
  readonly #options: DeviceStoreOptions
  readonly #listeners = new Set<() => void>()
  #state: DeviceState

  constructor(options: DeviceStoreOptions) {
    this.#options = options
    this.#state = {
      microphones: [],
      speakers: [],
      microphoneIds: [],
      choice: parseChoice(options.memory.getItem(storageKey)),
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getState = (): DeviceState => this.#state

  /** Looks what is plugged in now. */
  async refresh(): Promise<void> {
    const listed = (await this.#options.devices?.enumerateDevices().catch(() => [])) ?? []
    this.#set({
      microphones: devicesOf('audioinput', listed),
      speakers: devicesOf('audiooutput', listed),
      microphoneIds: listed.filter((device) => device.kind === 'audioinput').map((device) => device.deviceId),
    })
  }

  /** The chosen device, if it is plugged in; null is the system's own choice. */
  device(role: Role): Device | null {
    const { choice, microphones, speakers } = this.#state
    return findDevice(choice[role], role === 'microphone' ? microphones : speakers)
  }

  /** The id for the browser; '' is the system's own choice. */
  idOf(role: Role): string {
    return this.device(role)?.id ?? ''
  }

  /** Whether the agent chose a device that is not plugged in now. */
  missing(role: Role): boolean {
    const { choice, microphones, speakers } = this.#state
    const known = (role === 'microphone' ? microphones : speakers).length > 0
    return known && choice[role] !== null && this.device(role) === null
  }

  choose(role: Role, device: Device | null): void {
    const remembered = device && { label: device.label, group: device.group }
    const choice = { ...this.#state.choice, [role]: remembered }
    this.#options.memory.setItem(storageKey, JSON.stringify(choice))
    this.#set({ choice })
  }

  #set(change: Partial<DeviceState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}
