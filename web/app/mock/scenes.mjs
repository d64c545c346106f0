// Every state of the screens, as the server would tell it. Times are relative to the moment of the picture.

import { sampleCall, sampleView } from '../src/phone/samples.js'

const at = (seconds) => new Date(Date.now() + seconds * 1000).toISOString()

export const view = (change = {}) => sampleView({ since: at(-18), blind: true, ...change })

export const call = (change = {}) =>
  sampleCall({ queued_at: at(-108), offered_at: at(-9), offer_ends_at: at(21), ...change })

const ringing = (change) =>
  view({ presence: 'ready', occupation: 'offered', since: at(-9), waiting: 2, call: call(change) })
const talking = (change) =>
  view({
    presence: 'ready',
    occupation: 'talking',
    since: at(-252),
    call: call({ phase: 'talking', version: 5, queued_at: at(-360), connected_at: at(-252), ...change }),
  })
const told = (kind, change = {}) =>
  view({ notice: { kind, at: at(-1), call: 'c1', reason: '' }, since: at(-3), ...change })

const jihunTarget = (change) => ({ kind: 'agent', number: '2051', name: '박지훈', up: true, at: at(-21), ...change })
const onCall = (occupation, phase, change = {}) =>
  view({
    presence: 'ready',
    occupation,
    since: at(-21),
    call: call({ phase, version: 7, queued_at: at(-447), connected_at: at(-339), ...change }),
  })
const holding = (seconds, change) =>
  onCall('holding', 'holding', { connected_at: at(-255 - seconds), held_at: at(-seconds), held_ms: 12_000, ...change })
const consulting = (change, phase = 'consulting') =>
  onCall('consulting', phase, { held_at: at(-38), target: jihunTarget(), ...change })
const dialling = (change) =>
  view({
    occupation: 'dialling',
    since: at(-14),
    call: call({
      phase: 'dialling',
      direction: 'outbound',
      caller: { number: '01009043372', name: '' },
      dialled: '0206924100',
      queue: { id: '', name: '' },
      ...change,
    }),
  })
const asked = (change = {}) =>
  view({
    presence: 'ready',
    occupation: 'offered',
    since: at(-9),
    call: call({ phase: 'consult_ringing', consulted: true, from: '박지훈', connected_at: at(-120), ...change }),
  })
const consulted = (change = {}) =>
  view({
    presence: 'ready',
    occupation: 'talking',
    since: at(-21),
    call: call({
      phase: 'consulting',
      consulted: true,
      from: '박지훈',
      connected_at: at(-339),
      held_at: at(-38),
      ...change,
    }),
  })
const after = (kind, reason = '', change = {}) =>
  view({ presence: 'work', kind: 'ticket', since: at(-2), notice: { kind, at: at(-2), call: 'c1', reason }, ...change })

const ticketRef = { number: 204817, call: 'c1' }
const onTicket = '/tickets/204817'

/** name → what the server says, where the browser is, and what has happened to it. */
export const scenes = {
  signin: { signedOut: true },
  'signin-wrong': { signedOut: true, signIn: { status: 401, code: 'bad_credentials' } },
  'signin-throttled': { signedOut: true, signIn: { status: 429, code: 'too_many_attempts', retryAfter: 27 } },
  'cti-out': { view: () => view({ presence: 'signed_out', phone_up: false }) },
  'cti-out-no-number': {
    view: () => view({ presence: 'signed_out', phone_up: false, agent: { id: 'a1', name: '김서연', extension: '' } }),
  },
  'cti-out-denied': {
    view: () => view({ presence: 'signed_out', phone_up: false }),
    microphone: 'NotAllowedError',
    click: 'CTI',
  },
  'cti-asking': { view: () => view({ presence: 'signed_out', phone_up: false }), microphone: 'waits', click: 'CTI' },
  default: { view: () => view() },
  'default-waiting': { view: () => view({ waiting: 3 }) },
  ready: { view: () => view({ presence: 'ready', since: at(-185) }) },
  break: { view: () => view({ presence: 'break', since: at(-600) }) },
  'work-kinds': { view: () => view({ presence: 'work', kind: 'training', since: at(-75) }), tile: 'work' },
  ring: { view: () => ringing(), path: onTicket },
  'ring-named': { view: () => ringing({ caller: { number: '01004827735', name: '이수진' } }) },
  'ring-again': { view: () => ringing({ reoffered: true, offered_at: at(-24), offer_ends_at: at(6) }) },
  'ring-unknown': { view: () => ringing({ caller: { number: '', name: '' }, queued_at: at(-9) }) },
  'ring-answering': { view: () => ringing({ answering: true }) },
  call: { view: () => talking(), ticket: ticketRef, path: onTicket },
  'call-muted': { view: () => talking({ muted: true }), ticket: ticketRef, path: onTicket },
  'call-muting': { view: () => talking(), ticket: ticketRef, path: onTicket, button: '음소거|Mute', hang: true },
  'call-holding': { view: () => talking(), ticket: ticketRef, path: onTicket, button: '보류|Hold', hang: true },
  'call-keypad': { view: () => talking(), ticket: ticketRef, path: onTicket, button: '키패드|Keypad', type: '12#' },
  'call-next': {
    view: () => ({ ...talking(), next: { presence: 'break', kind: '' } }),
    ticket: ticketRef,
    path: onTicket,
  },
  'call-hostile-reason': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '강성종료|End abusive call',
    next: '^(폭언·욕설|Profanity)$',
  },
  'call-hostile': { view: () => talking(), ticket: ticketRef, path: onTicket, button: '강성종료|End abusive call' },
  'call-internal': {
    view: () =>
      talking({
        direction: 'internal',
        caller: { number: '', name: '' },
        target: jihunTarget(),
        queue: { id: '', name: '' },
      }),
  },
  hold: { view: () => holding(24), ticket: ticketRef, path: onTicket },
  'hold-1': { view: () => holding(67), ticket: ticketRef, path: onTicket },
  'hold-2': { view: () => holding(131), ticket: ticketRef, path: onTicket },
  'hold-failed': {
    before: () => consulting({ target: jihunTarget({ up: false }) }, 'consult_ringing'),
    view: () => ({ ...holding(41), notice: { kind: 'consult_failed', at: at(-1), call: 'c1', reason: 'no_answer' } }),
    ticket: ticketRef,
    path: onTicket,
  },
  'dial-form': { view: () => view(), button: '걸기|Dial', type: '010-0904-3372' },
  'dial-known': { view: () => view(), button: '걸기|Dial', type: '010-0482-7735' },
  'dial-stranger': { view: () => view(), button: '걸기|Dial', type: '010-0904-3372', noCustomer: true },
  'dial-services': { view: () => view(), services: 2, button: '걸기|Dial', type: '2051' },
  'dial-number': { view: () => view({ presence: 'ready' }), path: onTicket, button: '.*010-0482-7735.*' },
  'dial-refused': { view: () => view(), button: '걸기|Dial', type: '060-700-1234\n', refuse: 'premium_number' },
  dialling: { view: () => dialling() },
  'dialling-internal': {
    view: () =>
      dialling({ direction: 'internal', caller: { number: '', name: '' }, target: jihunTarget({ up: false }) }),
  },
  'dial-failed': {
    before: () => dialling(),
    view: () => after('dial_failed', 'busy', { presence: 'default', kind: '' }),
  },
  'transfer-groups': { view: () => talking(), ticket: ticketRef, path: onTicket, button: '호전환|Transfer' },
  'transfer-left': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    leaves: true,
  },
  'transfer-nobody': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    nobody: true,
  },
  'transfer-direct': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    tab: '직접 입력|Enter number',
    type: '7200',
  },
  'transfer-known': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    tab: '직접 입력|Enter number',
    type: '010-0482-7735',
  },
  'transfer-refused': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    tab: '직접 입력|Enter number',
    type: '2058\n',
    refuse: 'target_not_ready',
  },
  'transfer-favourites': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    tab: '자주 사용되는 번호|Frequent numbers',
  },
  'transfer-manage': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    tab: '자주 사용되는 번호|Frequent numbers',
    next: '목록 편집|Edit list',
  },
  'transfer-add': {
    view: () => talking(),
    ticket: ticketRef,
    path: onTicket,
    button: '호전환|Transfer',
    tab: '자주 사용되는 번호|Frequent numbers',
    next: '호전환 번호 추가|Add number',
  },
  'consult-ringing': {
    view: () => consulting({ target: jihunTarget({ up: false, at: at(-8) }) }, 'consult_ringing'),
    ticket: ticketRef,
    path: onTicket,
  },
  consult: { view: () => consulting(), ticket: ticketRef, path: onTicket },
  'consult-swapped': { view: () => consulting({ swapped: true, held_at: null }), ticket: ticketRef, path: onTicket },
  'consult-three': { view: () => consulting({ held_at: null }, 'three_way'), ticket: ticketRef, path: onTicket },
  'consult-queue': {
    view: () =>
      consulting(
        { target: { kind: 'queue', number: '7200', name: '결제·증빙', up: false, at: at(-8) } },
        'consult_ringing',
      ),
    ticket: ticketRef,
    path: onTicket,
  },
  asked: { view: () => asked(), path: onTicket },
  'asked-internal': {
    view: () =>
      asked({ phase: 'dialling', direction: 'internal', caller: { number: '', name: '' }, connected_at: null }),
  },
  consulted: { view: () => consulted() },
  parked: {
    view: () => onCall('talking', 'parked', { held_at: at(-3), park_ends_at: at(12.5) }),
    ticket: ticketRef,
    path: onTicket,
  },
  'transfer-done': {
    before: () => consulting(),
    view: () => after('transfer_done'),
    ticket: ticketRef,
    path: onTicket,
  },
  'consult-over': { before: () => consulted(), view: () => after('consult_over', 'cancelled') },
  'hostile-done': { before: () => talking(), view: () => after('hostile_done'), ticket: ticketRef, path: onTicket },
  'call-link-lost': { view: () => talking(), ticket: ticketRef, path: onTicket, lose: 'link' },
  'call-media-lost': { view: () => talking(), ticket: ticketRef, path: onTicket, lose: 'media' },
  'after-call': {
    before: () => talking(),
    view: () =>
      view({
        presence: 'work',
        kind: 'ticket',
        since: at(-14),
        notice: { kind: 'after_call', at: at(-14), call: 'c1', reason: 'customer_hangup' },
      }),
    ticket: ticketRef,
    path: onTicket,
  },
  declined: { view: () => told('declined_offer') },
  missed: { view: () => told('missed_offer', { misses: 1 }) },
  'missed-too-often': {
    view: () => told('missed_too_often', { presence: 'break', kind: 'unanswered', misses: 2 }),
  },
  'caller-gone': { view: () => told('caller_gone', { presence: 'ready' }) },
  'phone-failed': { view: () => told('phone_failed') },
  'was-unreachable': { view: () => told('was_unreachable') },
  disconnected: { view: () => view({ presence: 'ready', phone_up: false, since: at(-47) }), lose: 'media' },
  'sound-locked': { view: () => ringing(), silent: true },
  elsewhere: { view: () => view({ presence: 'ready', since: at(-761) }), elsewhere: true },
  'switch-down': { view: () => view({ switch_up: false }) },
  'server-fenced': { view: () => view({ fenced: true, switch_up: false }) },
  'server-draining': { view: () => view({ draining: true }) },
  'server-records-late': { view: () => view({ records_late: true }) },
  'server-journal-down': { view: () => view({ journal_ok: false }) },
  refused: { view: () => view(), refuse: 'not_reachable', press: '대기|Ready' },
  'tickets-empty': { view: () => view(), noTickets: true },
  'tickets-failed': { view: () => view(), ticketsFail: true },
  'ticket-missing': { view: () => view(), path: '/tickets/999' },
  history: { view: () => view({ presence: 'ready', since: at(-185) }), path: '/calls' },
  'history-call': { view: () => talking(), path: '/calls' },
  'history-missed': { view: () => view(), path: '/calls', filter: '놓친|Missed' },
  preflight: { view: () => view(), path: '/phone/test' },
  'preflight-run': { view: () => view(), path: '/phone/test', button: '점검 시작|Start.*' },
  devices: { view: () => view(), button: '소리 설정 열기|Open sound settings', unfold: true },
  shortcuts: { view: () => view(), keys: '?' },
  // From the panel, or from the menu in a narrow window, to a page: the panel must not lie over it.
  'page-calls': { view: () => view(), link: '전체 보기|Show all' },
  'page-ring': { view: () => ringing(), path: '/calls' },
  'page-consult': { view: () => consulting(), path: '/calls' },
  admin: { view: () => null },
  'phone-alone': { view: () => ringing(), path: '/phone' },
  'phone-alone-call': { view: () => talking(), path: '/phone', ticket: ticketRef },
  'bar-ready': { view: () => view({ presence: 'ready', since: at(-185) }), collapsed: true },
  'bar-ring': { view: () => ringing(), collapsed: true },
  'bar-hold': { view: () => holding(67), ticket: ticketRef, path: onTicket, collapsed: true },
  'bar-keypad': { view: () => talking(), path: onTicket, collapsed: true, button: '키패드|Keypad' },
  'bar-transfer': { view: () => talking(), path: onTicket, collapsed: true, button: '호전환|Transfer' },
  'bar-consult': { view: () => consulting(), ticket: ticketRef, path: onTicket, collapsed: true },
  'bar-dialling': { view: () => dialling(), collapsed: true },
  'bar-call': { view: () => talking(), ticket: ticketRef, path: onTicket, collapsed: true },
}

const ticket = (number, change = {}) => ({
  number,
  service: { id: 's1', name: '한빛몰 고객센터' },
  channel: 'phone',
  direction: 'inbound',
  hostile_at: null,
  missed: '',
  status: 'processing',
  subject: '',
  customer_number: '01004827735',
  customer_name: '',
  agent: { id: 'a1', name: '김서연' },
  call: `call-${number}`,
  created_at: at(-252),
  updated_at: at(-252),
  ...change,
})

export const tickets = [
  ticket(204817, { call: 'c1' }),
  ticket(204816, { customer_number: '0212345678', customer_name: '오준서', created_at: at(-4000) }),
  ticket(204815, { customer_number: '', status: 'resolved', created_at: at(-9000) }),
  ticket(204814, {
    customer_number: '15880000',
    status: 'pending',
    agent: { id: '', name: '' },
    created_at: at(-90000),
  }),
  ticket(204813, { customer_number: '+14155550123', status: 'completed', created_at: at(-180000) }),
]

const nobody = { id: '', name: '' }
const jihun = { id: 'a2', name: '박지훈' }
const seoyeon = { id: 'a1', name: '김서연' }

export const events = (ended) => [
  { at: at(-362), kind: 'arrived', agent: nobody, params: { dialled: '15004021', number: '01004827735' } },
  { at: at(-360), kind: 'queued', agent: nobody, params: { queue: '주문·배송' } },
  { at: at(-300), kind: 'offered', agent: jihun, params: {} },
  { at: at(-270), kind: 'missed', agent: jihun, params: {} },
  { at: at(-268), kind: 'offered', agent: seoyeon, params: {} },
  { at: at(-252), kind: 'connected', agent: seoyeon, params: { wait_ms: '108000' } },
  ...(ended
    ? [
        {
          at: at(-14),
          kind: 'ended',
          agent: nobody,
          params: { reason: 'customer_hangup', by: 'customer', wait_ms: '108000', talk_ms: '238000' },
        },
      ]
    : []),
]

/** What is known of the customer of every call. */
export const card = {
  customer: { id: 'k1', name: '이수진', grade: '골드' },
  tickets: [
    { number: 204780, subject: '배송 지연 문의', status: 'processing', missed: '', created_at: at(-20000) },
    { number: 203911, subject: '상품 누락 재발송', status: 'resolved', missed: '', created_at: at(-1_600_000) },
    { number: 202004, subject: '', status: 'completed', missed: '', created_at: at(-3_000_000) },
  ],
  hostile: { count: 1, last_at: at(-6_700_000) },
}

/** What is known of a number that nobody knows. */
export const stranger = { customer: null, tickets: [], hostile: { count: 0, last_at: null } }

export const services = [
  { id: 's1', name: '한빛몰 고객센터' },
  { id: 's2', name: '한빛몰 기업 고객 전용 상담 서비스' },
]

export const callerIds = [
  { number: '0206924100', name: '대표', default: true },
  { number: '15004021', name: '주문·배송', default: false },
]

export const favourites = [
  { id: 'f1', name: '용인 물류센터 당직', number: '903108152200' },
  { id: 'f2', name: '결제·증빙 큐', number: '7200' },
  { id: 'f3', name: '품질보증팀 아주 긴 이름을 가진 담당자의 직통 번호', number: '901009043372' },
]

const colleague = (id, name, extension, seconds, change = {}) => ({
  id,
  name,
  extension,
  groups: ['교환·반품 2팀'],
  state: 'ready',
  kind: '',
  since: at(-seconds),
  ...change,
})

export const roster = (change = {}) => ({
  agents: [
    colleague('a1', '김서연', '2043', 252, { state: 'talking', groups: ['주문·배송 1팀'] }),
    colleague('a2', '박지훈', '2051', 372),
    colleague('a3', '최유나', '2058', 220, change),
    colleague('a4', '한소미', '2064', 65),
    colleague('a5', '노하윤', '2069', 22, { groups: ['결제팀'] }),
    colleague('a6', '정도현', '2070', 300, { state: 'work', kind: 'meeting', groups: ['결제팀'] }),
  ],
  queues: [
    { id: 'q1', name: '주문·배송', number: '7100', waiting: 2, ready: 3 },
    { id: 'q2', name: '결제·증빙', number: '7200', waiting: 0, ready: 2 },
  ],
})

const past = (id, minutes, change = {}) => ({
  id,
  call: `call-${id}`,
  direction: 'inbound',
  number: '01004827735',
  name: '이수진',
  queue: '주문·배송',
  service: '한빛몰 고객센터',
  result: 'answered',
  ended_by: 'customer',
  reason: 'customer_hangup',
  started_at: at(-minutes * 60),
  connected_at: at(-minutes * 60 + 12),
  ended_at: at(-minutes * 60 + 250),
  talk_ms: 238_000,
  hold_ms: 0,
  ticket: 204800 - id,
  ...change,
})
const unanswered = { connected_at: null, talk_ms: 0, ticket: null }

/** The agent's own calls, newest first. */
export function history(url) {
  const calls = [
    past(1, 9, { hold_ms: 42_000 }),
    past(2, 31, { number: '0212345678', name: '', result: 'missed', ...unanswered }),
    past(3, 55, {
      direction: 'outbound',
      number: '01009043372',
      name: '',
      queue: '',
      ended_by: 'agent',
      result: 'answered',
    }),
    past(4, 78, { direction: 'outbound', number: '01012340070', name: '', queue: '', result: 'busy', ...unanswered }),
    past(5, 130, { direction: 'internal', number: '2051', name: '박지훈', queue: '', talk_ms: 48_000, ticket: null }),
    past(6, 200, { number: '', name: '', talk_ms: 61_000, result: 'transferred' }),
    past(7, 1500, {
      number: '+14155550123',
      name: '품질보증팀 아주 긴 이름을 가진 고객님',
      ended_by: 'agent',
      reason: 'hostile',
    }),
    past(8, 1700, { result: 'declined', ...unanswered }),
  ]
  const query = new URL(url).searchParams
  const shown = calls.filter(
    (call) => query.get('missed') !== 'true' || ['missed', 'declined', 'lost'].includes(call.result),
  )
  return { calls: shown.slice(0, Number(query.get('limit') ?? 50)), next: null }
}
