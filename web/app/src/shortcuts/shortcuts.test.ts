import { describe, expect, test, vi } from 'vitest'
import type { DeskState } from '../phone/desk.ts'
import { FakeMemory, fakeCall, fakeOffered, fakeTalking, fakeView } from '../phone/fakes.ts'
import { mediaOff } from '../phone/media.ts'
import { actionOf, type Chord, chordAria, chordLabel, chordOf, conflictOf, parseKeymap, presetMap } from './keymap.ts'
import { neighbour } from './neighbour.ts'
import { phoneAction } from './phone.ts'
import { ShortcutStore } from './store.ts'

const chord = (code: string, held: Partial<Chord> = { ctrl: true, alt: true }): Chord => ({
  code,
  ctrl: false,
  alt: false,
  shift: false,
  ...held,
})

describe('a keymap', () => {
  test('finds the action by the place of the key', () => {
    const map = presetMap('bellhop')
    expect(actionOf(map, chord('KeyA'))).toBe('accept')
    expect(actionOf(map, chord('KeyA', { ctrl: true }))).toBeNull()
    expect(actionOf(map, chord('KeyJ', { alt: true }))).toBe('nextTicket')
    expect(actionOf(presetMap('flex'), chord('KeyA', { ctrl: true, shift: true }))).toBe('accept')
    expect(actionOf({ ...map, on: false }, chord('KeyA'))).toBeNull()
  })

  test.each([
    ['a single key', chord('KeyE', {}), { why: 'single' }],
    ['a key with Shift alone', chord('KeyE', { shift: true }), { why: 'single' }],
    ['a chord of the browser', chord('KeyW', { ctrl: true }), { why: 'reserved' }],
    ['a chord in use', chord('KeyA'), { why: 'taken', by: 'accept' }],
    ['its own chord', chord('KeyE'), null],
    ['a free chord', chord('KeyY'), null],
  ])('%s', (_, wanted, conflict) => {
    expect(conflictOf(presetMap('bellhop'), 'hangUp', wanted)).toEqual(conflict)
  })

  test('is no prey to what is stored', () => {
    const base = presetMap('bellhop')
    for (const text of [null, '', '{', '[]', '7', '{"chords":5}', '{"chords":{}}'])
      expect(parseKeymap(text)).toEqual(base)
    const odd = {
      on: false,
      chords: { accept: { code: 'KeyD', ctrl: true, alt: true }, mute: { code: 'KeyM' }, hold: null },
    }
    const map = parseKeymap(JSON.stringify(odd))
    expect(map.on).toBe(false)
    expect(map.chords).toMatchObject({ accept: { code: 'KeyD' }, decline: null, mute: null, hold: null })
    expect(map.chords.hangUp).toEqual(base.chords.hangUp)
  })

  test('is read aloud and printed', () => {
    expect(chordLabel(chord('KeyA'))).toBe('Ctrl Alt A')
    expect(chordAria(chord('KeyA'))).toBe('Control+Alt+A')
    expect(chordOf({ code: 'ControlLeft', ctrlKey: true, altKey: false, shiftKey: false })).toBeNull()
  })
})

describe('the shortcuts', () => {
  test('are remembered, and a conflict changes nothing', () => {
    const memory = new FakeMemory()
    const store = new ShortcutStore(memory)
    expect(store.change('mute', chord('KeyA'))).toEqual({ why: 'taken', by: 'accept' })
    expect(store.change('mute', chord('KeyY'))).toBeNull()
    expect(store.change('decline', null)).toBeNull()
    const again = new ShortcutStore(memory)
    expect(again.getState()).toEqual(store.getState())
    expect(actionOf(again.getState(), chord('KeyY'))).toBe('mute')
    expect(actionOf(again.getState(), chord('KeyD'))).toBeNull()
  })

  test('are done by the newest screen', () => {
    const store = new ShortcutStore(new FakeMemory())
    const [old, young] = [vi.fn(), vi.fn()]
    expect(store.run('keypad')).toBe(false)
    store.handle('keypad', old)
    const leave = store.handle('keypad', young)
    store.run('keypad')
    leave()
    store.run('keypad')
    expect([young.mock.calls.length, old.mock.calls.length]).toEqual([1, 1])
  })
})

describe('by key', () => {
  const at = (view: Parameters<typeof fakeView>[0], now = '2026-11-20T07:01:00.000Z') => {
    const state: DeskState = {
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
    }
    return { getState: () => state, act: vi.fn(), mute: vi.fn(), clock: { now: () => Date.parse(now) } }
  }

  test('an offer is answered and declined, a call is not', () => {
    const offered = at(fakeOffered())
    phoneAction(offered, 'accept')
    phoneAction(offered, 'decline')
    phoneAction(offered, 'hangUp')
    expect(offered.act.mock.calls).toEqual([['accept'], ['decline']])
    const talking = at(fakeTalking())
    phoneAction(talking, 'accept')
    expect(talking.act).not.toHaveBeenCalled()
  })

  test('끊기 is ignored for a second after the connect', () => {
    const early = at(fakeTalking(), '2026-11-20T07:00:05.900Z')
    phoneAction(early, 'hangUp')
    expect(early.act).not.toHaveBeenCalled()
    const later = at(fakeTalking(), '2026-11-20T07:00:06.100Z')
    phoneAction(later, 'hangUp')
    expect(later.act).toHaveBeenCalledWith('hang_up')
  })

  test('보류 turns into 해제', () => {
    const talking = at(fakeTalking())
    phoneAction(talking, 'hold')
    expect(talking.act).toHaveBeenCalledWith('hold')
    const holding = at({ ...fakeTalking(), call: fakeCall({ phase: 'holding' }) })
    phoneAction(holding, 'hold')
    expect(holding.act).toHaveBeenCalledWith('resume')
  })
})

describe('the next ticket', () => {
  test.each([
    ['/tickets/2', 1, 1],
    ['/tickets/2', -1, 3],
    ['/tickets/1', 1, null],
    ['/calls', 1, 3],
    ['/calls', -1, 1],
  ] as const)('from %s by %d is %s', (pathname, step, number) => {
    expect(neighbour([3, 2, 1], pathname, step)).toBe(number)
  })
})
