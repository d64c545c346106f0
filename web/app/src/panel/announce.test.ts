import i18next from 'i18next'
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../i18n/en.ts'
import { ko } from '../i18n/ko.ts'
import type { DeskState } from '../phone/desk.ts'
import { fakeOffered, fakeTalking, fakeView } from '../phone/fakes.ts'
import { mediaOff } from '../phone/media.ts'
import type { AgentView } from '../phone/view.ts'
import { announce } from './announce.ts'

beforeAll(() =>
  i18next.init({
    lng: 'ko',
    resources: { ko: { translation: ko }, en: { translation: en } },
    interpolation: { escapeValue: false },
  }),
)

const up = { ...mediaOff, phase: 'up' } as const

function at(view: Partial<AgentView>, change: Partial<DeskState> = {}): DeskState {
  return {
    link: { phase: 'up', lostAt: null, retryAt: null },
    synced: true,
    view: fakeView(view),
    media: up,
    signingIn: false,
    pending: [],
    refusal: null,
    ticket: null,
    lastCall: null,
    lastTarget: null,
    ...change,
  }
}

const lost = { phase: 'lost', lostAt: 1, retryAt: 2 } as const

describe('a screen reader hears', () => {
  test.each([
    ['a new state', at({}), at({ presence: 'ready' }), '상태가 대기로 바뀌었어요.', null],
    ['that a call began', at(fakeOffered()), at(fakeTalking()), '상태가 통화중으로 바뀌었어요.', null],
    [
      'another kind of work',
      at({ presence: 'work', kind: 'ticket' }),
      at({ presence: 'work', kind: 'meeting' }),
      '상태가 업무(회의)로 바뀌었어요.',
      null,
    ],
    [
      'an offer at once',
      at({ presence: 'ready' }),
      at(fakeOffered()),
      null,
      '전화가 왔어요. 010-0482-7735, 주문·배송 큐.',
    ],
    [
      'a returned call without a number',
      at({ presence: 'ready' }),
      at(fakeOffered({ reoffered: true, caller: { number: '', name: '' } })),
      null,
      '호회수된 전화가 왔어요. 번호 표시 없음, 주문·배송 큐.',
    ],
    ['an offer once', at(fakeOffered()), at(fakeOffered({ version: 4 })), null, null],
    ['nothing when nothing changed', at({ waiting: 1 }), at({ waiting: 2 }), null, null],
    ['that the server is lost', at({}), at({}, { link: lost }), '서버와 연결이 끊겨 다시 연결하고 있어요.', null],
    ['that it is back', at({}, { link: lost }), at({}), '서버에 다시 연결했어요.', null],
    ['음소거', at(fakeTalking()), at(fakeTalking({ muted: true })), '음소거를 켰어요.', null],
    [
      'why a consult came to nothing',
      at({ occupation: 'consulting' }),
      at(
        { occupation: 'holding', notice: { kind: 'consult_failed', at: 't', call: 'c1', reason: 'no_answer' } },
        { lastTarget: { kind: 'agent', number: '2051', name: '박지훈', up: false, at: 't' } },
      ),
      '박지훈: 받지 않았어요',
      null,
    ],
    [
      'who wants to consult',
      at({ presence: 'ready' }),
      at(fakeOffered({ phase: 'consult_ringing', consulted: true, from: '박지훈' })),
      null,
      '박지훈 님이 전화로 묻고 있어요.',
    ],
  ])('%s', (_, before, after, polite, assertive) => {
    expect(announce(before, after, i18next.t)).toEqual({ polite, assertive })
  })

  test('the same in English', () => {
    const t = i18next.getFixedT('en')
    expect(announce(at({}), at({ presence: 'ready' }), t).polite).toBe('Your state is now Ready.')
  })
})
