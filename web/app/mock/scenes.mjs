// Every state of the screens, as the server would tell it. Times are relative to the moment of the picture.

const at = (seconds) => new Date(Date.now() + seconds * 1000).toISOString()

export function view(change = {}) {
  return {
    agent: { id: 'a1', name: '김서연', extension: '2043' },
    presence: 'default',
    kind: '',
    occupation: 'free',
    since: at(-18),
    next: null,
    phone_up: true,
    switch_up: true,
    misses: 0,
    waiting: 0,
    notice: null,
    call: null,
    ...change,
  }
}

export function call(change = {}) {
  return {
    id: 'c1',
    version: 3,
    phase: 'offering',
    caller: { number: '01004827735', name: '' },
    dialled: '15004021',
    queue: { id: 'q1', name: '주문·배송' },
    service: { id: 's1', name: '한빛몰 고객센터' },
    reoffered: false,
    answering: false,
    queued_at: at(-108),
    offered_at: at(-9),
    offer_ends_at: at(21),
    connected_at: null,
    ...change,
  }
}

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
  'call-muted': { view: () => talking(), ticket: ticketRef, path: onTicket, mute: true },
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
  refused: { view: () => view(), refuse: 'not_reachable', press: '대기|Ready' },
  'tickets-empty': { view: () => view(), noTickets: true },
  'tickets-failed': { view: () => view(), ticketsFail: true },
  'ticket-missing': { view: () => view(), path: '/tickets/999' },
  admin: { view: () => null },
  'phone-alone': { view: () => ringing(), path: '/phone' },
  'phone-alone-call': { view: () => talking(), path: '/phone', ticket: ticketRef },
  'bar-ready': { view: () => view({ presence: 'ready', since: at(-185) }), collapsed: true },
  'bar-ring': { view: () => ringing(), collapsed: true },
  'bar-call': { view: () => talking(), ticket: ticketRef, path: onTicket, collapsed: true },
}

const ticket = (number, change = {}) => ({
  number,
  service: { id: 's1', name: '한빛몰 고객센터' },
  channel: 'phone',
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
