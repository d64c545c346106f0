import { describe, expect, test, vi } from 'vitest'
import type { DeskState } from './desk.ts'
import { fakeCall, fakeOffered, fakeTalking, fakeView } from './fakes.ts'
import { mediaOff } from './media.ts'
import { Ringer, ringingOffer } from './ring.ts'
import type { AgentView } from './view.ts'

const during = Date.parse('2026-11-20T07:00:10.000Z')

function deskState(view: Partial<AgentView>, change: Partial<DeskState> = {}): DeskState {
  return {
    link: { phase: 'up', lostAt: null, retryAt: null },
    synced: true,
    view: fakeView(view),
    media: mediaOff,
    signingIn: false,
    pending: [],
    refusal: null,
    ticket: null,
    lastCall: null,
    lastTarget: null,
    ...change,
  }
}

describe('an offer', () => {
  test.each([
    ['rings', deskState(fakeOffered()), during, 'c1'],
    ['is quiet once it is being answered', deskState(fakeOffered({ answering: true })), during, undefined],
    [
      'is quiet from the click on, before the server knows',
      deskState(fakeOffered(), { pending: [{ action: 'accept', call: 'c1', mode: null }] }),
      during,
      undefined,
    ],
    ['is quiet when connected', deskState(fakeTalking()), during, undefined],
    ['is quiet when there is none', deskState({ presence: 'ready' }), during, undefined],
    ['ends by the clock when the server cannot say so', deskState(fakeOffered()), during + 22_000, undefined],
  ])('%s', (_, state, now, call) => {
    expect(ringingOffer(state, now)?.id).toBe(call)
  })
})

describe('the ringer', () => {
  const bells = () => ({
    tone: { start: vi.fn(), stop: vi.fn() },
    title: { start: vi.fn(), stop: vi.fn() },
    notification: { show: vi.fn(), close: vi.fn() },
  })

  test('starts every bell once and stops it once', () => {
    const b = bells()
    const ringer = new Ringer(b)
    for (let i = 0; i < 3; i++) ringer.update(fakeCall(), true)
    expect(b.tone.start).toHaveBeenCalledTimes(1)
    expect(b.title.start).toHaveBeenCalledTimes(1)
    expect(b.notification.show).toHaveBeenCalledTimes(1)
    ringer.update(null, true)
    ringer.update(null, true)
    expect(b.tone.stop).toHaveBeenCalledTimes(1)
    expect(b.title.stop).toHaveBeenCalledTimes(1)
    expect(b.notification.close).toHaveBeenCalledTimes(1)
  })

  test('makes no noise in a page whose sound is elsewhere', () => {
    const b = bells()
    const ringer = new Ringer(b)
    ringer.update(fakeCall(), false)
    expect(b.title.start).toHaveBeenCalledTimes(1)
    expect(b.tone.start).not.toHaveBeenCalled()
    expect(b.notification.show).not.toHaveBeenCalled()
    ringer.update(fakeCall(), true)
    expect(b.tone.start).toHaveBeenCalledTimes(1)
    ringer.stop()
    expect(b.tone.stop).toHaveBeenCalledTimes(1)
  })

  test('begins anew for the next call', () => {
    const b = bells()
    const ringer = new Ringer(b)
    ringer.update(fakeCall({ id: 'c1' }), true)
    ringer.update(fakeCall({ id: 'c2' }), true)
    expect(b.tone.start).toHaveBeenCalledTimes(2)
    expect(b.tone.stop).toHaveBeenCalledTimes(1)
    expect(b.notification.close).toHaveBeenCalledTimes(1)
  })
})
