import type { Sample } from './rules.ts'

/** The counters of a line at one moment. */
export interface Reading {
  at: number
  packetsReceived: number
  packetsLost: number
  packetsSent: number
  jitterMs: number
  rttMs: number
  /** Grows with the loudness of the microphone; null where the browser does not tell. */
  energy: number | null
}

interface Stat {
  type: string
  kind?: string
  timestamp: number
  [key: string]: unknown
}

const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

/** Reads what the browser counts. Null while there is nothing to count yet. */
export function read(report: RTCStatsReport): Reading | null {
  const stats: Stat[] = [...(report as unknown as Map<string, Stat>).values()]
  const find = (type: string, kind = 'audio') => stats.find((s) => s.type === type && (!s.kind || s.kind === kind))
  const outbound = find('outbound-rtp')
  if (!outbound) return null
  const inbound = find('inbound-rtp')
  const remote = find('remote-inbound-rtp')
  const pair = stats.find((s) => s.type === 'candidate-pair' && s.nominated === true)
  const source = find('media-source')
  return {
    at: outbound.timestamp,
    packetsReceived: number(inbound?.packetsReceived),
    packetsLost: number(inbound?.packetsLost),
    packetsSent: number(outbound.packetsSent),
    jitterMs: number(inbound?.jitter) * 1000,
    rttMs: (number(remote?.roundTripTime) || number(pair?.currentRoundTripTime)) * 1000,
    energy: typeof source?.totalAudioEnergy === 'number' ? source.totalAudioEnergy : null,
  }
}

/** What media measured of the other direction, if it said so lately. */
export interface FromServer {
  jitter_ms: number
  loss: number
  rtt_ms: number
  heard: boolean
}

/** The second between two readings; the worse of the two directions counts. */
export function between(
  before: Reading,
  now: Reading,
  server: FromServer | null,
  context: Pick<Sample, 'muted' | 'trackMuted' | 'talking'>,
): Sample {
  const received = Math.max(0, now.packetsReceived - before.packetsReceived)
  const lost = Math.max(0, now.packetsLost - before.packetsLost)
  const loss = lost === 0 ? 0 : lost / (lost + received)
  return {
    jitterMs: Math.max(now.jitterMs, server?.jitter_ms ?? 0),
    rttMs: Math.max(now.rttMs, server?.rtt_ms ?? 0),
    loss: Math.max(loss, server?.loss ?? 0),
    received,
    sent: Math.max(0, now.packetsSent - before.packetsSent),
    heard: server?.heard ?? null,
    energy: now.energy === null || before.energy === null ? null : Math.max(0, now.energy - before.energy),
    ...context,
  }
}
