import { expect, test } from 'vitest'
import { eventKind, eventReason, eventSpan } from './events.ts'

const event = (kind: string, params: Record<string, string> = {}) => ({
  kind,
  at: '2026-11-20T07:00:00.000Z',
  agent: { id: '', name: '' },
  target: { id: '', name: '' },
  params,
})

test.each([
  ['connected', 'connected'],
  ['offer_lost', 'offer_lost'],
  ['something_new', 'unknown'],
  ['', 'unknown'],
])('the event %j is %s', (kind, known) => expect(eventKind(kind)).toBe(known))

test.each([
  [{ wait_ms: '108000' }, 108_000],
  [{ wait_ms: '0' }, 0],
  [{ wait_ms: 'long' }, undefined],
  [{}, undefined],
])('the wait in %j is %s', (params, ms) => expect(eventSpan(event('connected', params), 'wait_ms')).toBe(ms))

test('reasons without words are not shown', () => {
  expect(eventReason(event('ended', { reason: 'customer_hangup' }))).toBe('customer_hangup')
  expect(eventReason(event('ended', { reason: 'cosmic_rays' }))).toBeUndefined()
})
