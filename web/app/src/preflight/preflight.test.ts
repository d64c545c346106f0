import { describe, expect, test, vi } from 'vitest'
import { FakeMemory } from '../phone/fakes.ts'
import { Preflight, type PreflightTools } from './preflight.ts'
import { type Echo, judgeCall, judgeLevel, judgePath, type Step, verdictOf } from './verdict.ts'

const clear: Echo = {
  delayMs: 80,
  jitterMs: 3,
  rttMs: 20,
  loss: 0,
  candidate: 'host',
  protocol: 'udp',
  heardThere: null,
  heardHere: true,
}

function start(change: Partial<PreflightTools> = {}) {
  let ring: () => void = () => undefined
  const memory = new FakeMemory()
  let now = 1_000
  const preflight = new Preflight({
    openMicrophone: async () => ({ label: 'Fake microphone' }),
    listen: async () => -20,
    record: async (_signal, onMoment) => {
      onMoment(3, 5)
      return { play: async () => undefined }
    },
    playTone: async () => undefined,
    speaker: () => 'Fake speaker',
    connect: async () => '',
    echo: async () => clear,
    registration: () => ({ extension: '2043', up: true }),
    inCall: () => false,
    onCall: (stop) => {
      ring = stop
      return () => undefined
    },
    now: () => (now += 500),
    browser: () => 'Fake/1.0',
    memory,
    ...change,
  })
  const asks = (id = 'voice') => vi.waitFor(() => expect(step(id).state).toBe('ask'))
  const step = (id: string) => preflight.getState().steps.find((s) => s.id === id) as Step
  return { preflight, memory, step, asks, ring: () => ring() }
}

async function finish(t: ReturnType<typeof start>, heard = true): Promise<void> {
  const done = t.preflight.run()
  await t.asks()
  t.preflight.heard(heard)
  if (!heard) {
    await t.asks('speaker')
    t.preflight.heard(heard)
  }
  await done
}

describe('통화 점검', () => {
  test('with everything in order is 좋음, and is remembered', async () => {
    const t = start()
    expect(t.preflight.passed()).toBe(false)
    await finish(t)
    expect(t.preflight.getState()).toMatchObject({ verdict: 'good', running: false })
    expect(t.preflight.passed()).toBe(true)
  })

  test('without a microphone says why, and checks nothing that needs one', async () => {
    const t = start({ openMicrophone: async () => ({ finding: 'denied' }) })
    await t.preflight.run()
    expect(t.step('permission')).toMatchObject({ state: 'bad', finding: 'denied' })
    expect(t.step('call').state).toBe('skipped')
    expect(t.preflight.getState().verdict).toBe('bad')
    expect(t.preflight.passed()).toBe(false)
  })

  test('with a loudspeaker that is not heard is 나쁨, and still tries the network', async () => {
    const t = start()
    await finish(t, false)
    expect(t.step('speaker')).toMatchObject({ state: 'bad', finding: 'not_heard' })
    expect(t.step('call').state).toBe('ok')
    expect(t.preflight.getState().verdict).toBe('bad')
  })

  test('takes a voice that was heard for a loudspeaker that works, and asks for the tone otherwise', async () => {
    const t = start()
    await finish(t)
    expect([t.step('voice').state, t.step('speaker').state]).toEqual(['ok', 'ok'])
    const done = t.preflight.run()
    await t.asks()
    t.preflight.heard(false)
    await t.asks('speaker')
    expect(t.step('voice')).toMatchObject({ state: 'warn', finding: 'voice_not_heard' })
    t.preflight.heard(true)
    await done
    expect(t.preflight.getState().verdict).toBe('fair')
  })

  test('records again when asked, and plays again during and after the check', async () => {
    const play = vi.fn(async () => undefined)
    const record = vi.fn(async () => ({ play }))
    const t = start({ record })
    const done = t.preflight.run()
    await t.asks()
    await t.preflight.playAgain('voice')
    expect(play).toHaveBeenCalledTimes(2)
    t.preflight.recordAgain()
    await vi.waitFor(() => expect(record).toHaveBeenCalledTimes(2))
    await t.asks()
    t.preflight.heard(true)
    await done
    await t.preflight.playAgain('voice')
    expect(play).toHaveBeenCalledTimes(4)
    t.preflight.leave()
    expect(t.preflight.getState().recorded).toBe(false)
    await t.preflight.playAgain('voice')
    expect(play).toHaveBeenCalledTimes(4)
  })

  test.each([
    ['while it records', true],
    ['when it asks', false],
  ])('goes on without the recording %s: 보통', async (_, early) => {
    const t = start({
      record: (signal) =>
        early
          ? new Promise((done) => signal.addEventListener('abort', () => done(null)))
          : Promise.resolve({ play: async () => undefined }),
    })
    const done = t.preflight.run()
    if (early) await vi.waitFor(() => expect(t.preflight.getState().voice).toBe('recording'))
    else await t.asks()
    t.preflight.skipVoice()
    await t.asks('speaker')
    expect(t.step('voice')).toMatchObject({ state: 'warn', finding: 'voice_skipped' })
    t.preflight.heard(true)
    await done
    expect(t.preflight.getState()).toMatchObject({ verdict: 'fair', voice: null })
    expect(t.preflight.passed()).toBe(true)
  })

  test('without a line says so', async () => {
    const t = start({ connect: async () => 'no_line', registration: () => ({ extension: '', up: false }) })
    await finish(t)
    expect(t.step('call')).toMatchObject({ state: 'bad', finding: 'no_line' })
    expect(t.step('path').state).toBe('skipped')
    expect(t.step('registration').finding).toBe('no_number')
  })

  test('gives way to a call', async () => {
    const t = start()
    const done = t.preflight.run()
    await t.asks()
    t.ring()
    await done
    expect(t.preflight.getState()).toMatchObject({ interrupted: true, running: false, verdict: null })
    expect(t.step('call').state).toBe('skipped')
  })

  test('does not begin during a call', async () => {
    const t = start({ inCall: () => true })
    await t.preflight.run()
    expect(t.preflight.getState().startedAt).toBeNull()
  })

  test('makes a report without names and numbers of people', async () => {
    const t = start()
    await finish(t)
    const report = JSON.parse(t.preflight.report())
    expect(report).toMatchObject({ report: 'bellhop-preflight', verdict: 'good', browser: 'Fake/1.0' })
    expect(report.steps.find((s: Step) => s.id === 'call')).toMatchObject({ state: 'ok', delay_ms: 80, mos: 4.4 })
  })
})

describe('the verdict', () => {
  test.each([
    [clear, 'ok', ''],
    [{ ...clear, loss: 0.02 }, 'warn', 'poor'],
    [{ ...clear, loss: 0.3 }, 'bad', 'poor'],
    [{ ...clear, heardHere: false }, 'bad', 'no_echo'],
    [{ ...clear, heardHere: false, heardThere: true }, 'bad', 'one_way'],
  ] as const)('on an echo %#', (echo, state, finding) => expect(judgeCall(echo)).toMatchObject({ state, finding }))

  test.each([
    ['host', 'udp', ''],
    ['prflx', 'udp', ''],
    ['host', 'tcp', 'tcp'],
    ['relay', 'udp', 'relay'],
  ])('on the path %s %s', (candidate, protocol, finding) =>
    expect(judgePath({ ...clear, candidate, protocol }).finding).toBe(finding),
  )

  test.each([
    [-120, 'silent'],
    [-60, 'quiet'],
    [-20, ''],
  ])('on %d dB', (peak, finding) => expect(judgeLevel(peak).finding).toBe(finding))

  test('waits for every step, and warns for one', () => {
    const step = (state: Step['state']): Step => ({ id: 'call', state, finding: '', facts: {} })
    expect(verdictOf([step('ok'), step('running')])).toBeNull()
    expect(verdictOf([step('ok'), step('warn')])).toBe('fair')
    expect(verdictOf([step('warn'), step('skipped')])).toBe('bad')
  })
})
