// What the server says of an agent and of a call, whole. Unit tests and the pictures of the screens begin with these.

const moment = '2026-11-20T07:00:00.000Z'

/**
 * An agent without a call.
 * @param {Partial<import('./view.ts').AgentView>} [change]
 * @returns {import('./view.ts').AgentView}
 */
export function sampleView(change = {}) {
  return {
    agent: { id: 'a1', name: '김서연', extension: '2043' },
    presence: 'default',
    kind: '',
    occupation: 'free',
    since: moment,
    next: null,
    phone_up: true,
    switch_up: true,
    fenced: false,
    journal_ok: true,
    records_late: false,
    draining: false,
    blind: false,
    misses: 0,
    waiting: 0,
    notice: null,
    call: null,
    ...change,
  }
}

/**
 * A call that is offered.
 * @param {Partial<import('./view.ts').CallView>} [change]
 * @returns {import('./view.ts').CallView}
 */
export function sampleCall(change = {}) {
  return {
    id: 'c1',
    version: 3,
    phase: 'offering',
    caller: { number: '01004827735', name: '' },
    dialled: '15004021',
    queue: { id: 'q1', name: '주문·배송' },
    service: { id: 's1', name: '한빛몰 고객센터' },
    pressed: '',
    reoffered: false,
    answering: false,
    queued_at: moment,
    offered_at: moment,
    offer_ends_at: '2026-11-20T07:00:30.000Z',
    connected_at: null,
    direction: 'inbound',
    held_at: null,
    held_ms: 0,
    muted: false,
    swapped: false,
    consulted: false,
    from: '',
    target: null,
    park_ends_at: null,
    ...change,
  }
}
