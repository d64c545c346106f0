/** What sound goes through: the ringer is the loudspeaker that a waiting call is heard from. */
export const roles = ['microphone', 'speaker', 'ringer'] as const
export type Role = (typeof roles)[number]

/** A device as a browser lists it. */
export interface Device {
  id: string
  label: string
  group: string
}

/** A device as it is remembered: ids change, names seldom do. */
export interface Remembered {
  label: string
  group: string
}

export type Choice = Readonly<Record<Role, Remembered | null>>

export const noChoice: Choice = { microphone: null, speaker: null, ringer: null }

/** Browsers list the system's own choice under these names as well. */
const aliases = ['default', 'communications']

/** The devices of one kind, each once. A browser tells their names only after the microphone was allowed. */
export function devicesOf(kind: MediaDeviceKind, listed: readonly MediaDeviceInfo[]): Device[] {
  return listed
    .filter((d) => d.kind === kind && d.deviceId !== '' && d.label !== '' && !aliases.includes(d.deviceId))
    .map((d) => ({ id: d.deviceId, label: d.label, group: d.groupId }))
}

/** The remembered device among those that are there: by name and group, else by name. */
export function findDevice(wanted: Remembered | null, devices: readonly Device[]): Device | null {
  if (!wanted) return null
  const named = devices.filter((device) => device.label === wanted.label)
  return named.find((device) => device.group === wanted.group) ?? named[0] ?? null
}

/** Reads a choice from text that anybody may have changed. */
export function parseChoice(text: string | null): Choice {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Record<Role, unknown>> | null
    const role = (key: Role): Remembered | null => {
      const { label, group } = (value?.[key] ?? {}) as { label?: unknown; group?: unknown }
      return typeof label === 'string' && typeof group === 'string' ? { label, group } : null
    }
    return { microphone: role('microphone'), speaker: role('speaker'), ringer: role('ringer') }
  } catch {
    return noChoice
  }
}
