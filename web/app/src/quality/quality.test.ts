import { describe, expect, test } from 'vitest'
import { gradeOf, meanOpinion, QualityRules, type Sample } from './rules.ts'
import { between, read } from './sampler.ts'

const clear: Sample = {
  jitterMs: 4,
  rttMs: 40,
  loss: 0,
  received: 50,
  sent: 50,
  heard: true,
  energy: 0.01,
  trackMuted: false,
  muted: false,
  talking: true,
}

function judged(...changes: Partial<Sample>[]) {
  const rules = new QualityRules()
  return changes.map((change) => rules.take({ ...clear, ...change })).at(-1)
}

const times = (count: number, change: Partial<Sample>) => Array.from({ length: count }, () => change)

describe('the grade', () => {
  test.each([
    [{ jitterMs: 4, rttMs: 40, loss: 0 }, 'good'],
    [{ jitterMs: 31, rttMs: 40, loss: 0 }, 'fair'],
    [{ jitterMs: 4, rttMs: 401, loss: 0 }, 'fair'],
    [{ jitterMs: 4, rttMs: 40, loss: 0.02 }, 'fair'],
    [{ jitterMs: 4, rttMs: 40, loss: 0.06 }, 'bad'],
    [{ jitterMs: 150, rttMs: 500, loss: 0.04 }, 'bad'],
  ] as const)('%o is %s', (sample, grade) => expect(gradeOf(sample)).toBe(grade))

  test('the opinion score falls with delay and loss', () => {
    expect(meanOpinion(20, 2, 0)).toBeGreaterThan(4.3)
    expect(meanOpinion(400, 30, 0.01)).toBeLessThan(4)
    expect(meanOpinion(20, 2, 0.1)).toBeLessThan(3.7)
    expect(meanOpinion(2000, 100, 0.5)).toBe(1)
  })

  test('falls when three of five seconds are worse, not two', () => {
    expect(judged(...times(2, { jitterMs: 50 }), {}, {})?.grade).toBe('good')
    expect(judged({ jitterMs: 50 }, {}, { jitterMs: 50 }, {}, { jitterMs: 50 })?.grade).toBe('fair')
    expect(judged(...times(3, { loss: 0.2 }))?.grade).toBe('bad')
  })

  test('rises only after five good seconds', () => {
    expect(judged(...times(3, { loss: 0.2 }), ...times(4, {}))?.grade).not.toBe('good')
    expect(judged(...times(3, { loss: 0.2 }), ...times(5, {}))?.grade).toBe('good')
  })
})

describe('one-way sound', () => {
  test.each([
    ['nothing comes from the caller', { received: 0 }, 'no_incoming'],
    ['the microphone gives nothing', { energy: 0 }, 'dead_microphone'],
    ['the system mutes the microphone', { trackMuted: true }, 'dead_microphone'],
  ] as const)('is told after three seconds when %s', (_, change, oneWay) => {
    expect(judged(...times(2, change))?.oneWay).toBeNull()
    expect(judged(...times(3, change))).toMatchObject({ oneWay, grade: 'lost' })
  })

  test.each([
    ['the agent has muted himself', { muted: true, energy: 0, heard: false }],
    ['the caller is on hold', { talking: false, received: 0 }],
    ['the agent only listens', { energy: 1e-9 }],
    ['the browser does not measure the microphone', { energy: null }],
  ] as const)('is not told when %s', (_, change) => expect(judged(...times(5, change))?.oneWay).toBeNull())

  test.each([
    ['media hears nothing of the page', { heard: false }],
    ['nothing is sent', { sent: 0 }],
  ])('is told after two seconds when %s', (_, change) => {
    expect(judged(change)?.oneWay).toBeNull()
    expect(judged(change, change)?.oneWay).toBe('no_outgoing')
  })

  test('is over with the first second of sound', () => {
    expect(judged(...times(4, { received: 0 }), {})?.oneWay).toBeNull()
  })
})

describe('a reading', () => {
  const report = (received: number, lost: number, at: number) =>
    new Map<string, object>([
      ['i', { type: 'inbound-rtp', kind: 'audio', packetsReceived: received, packetsLost: lost, jitter: 0.012 }],
      ['o', { type: 'outbound-rtp', kind: 'audio', packetsSent: received, timestamp: at }],
      ['r', { type: 'remote-inbound-rtp', kind: 'audio', roundTripTime: 0.08 }],
      ['m', { type: 'media-source', kind: 'audio', totalAudioEnergy: at / 1000 }],
    ]) as unknown as RTCStatsReport

  test('before the line carries sound is none', () => {
    expect(read(new Map() as unknown as RTCStatsReport)).toBeNull()
  })

  test('and the next one make a second, with the worse direction', () => {
    const [one, two] = [read(report(100, 0, 1000)), read(report(148, 2, 2000))]
    if (!one || !two) throw new Error('nothing read')
    const context = { muted: false, trackMuted: false, talking: true }
    const sample = between(one, two, { jitter_ms: 20, loss: 0.01, rtt_ms: 10, heard: true }, context)
    expect(sample).toMatchObject({ received: 48, sent: 48, jitterMs: 20, rttMs: 80, energy: 1, heard: true })
    expect(sample.loss).toBeCloseTo(2 / 50)
  })
})
