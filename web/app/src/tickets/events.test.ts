import { expect, test } from 'vitest'
import { eventKind, eventReason, spanBefore } from './events.ts'

test.each([
  ['CallConnected', 'call_connected'],
  ['call_connected', 'call_connected'],
  ['connected', 'call_connected'],
  ['OfferMissed', 'offer_missed'],
  ['ended', 'call_ended'],
  ['opened', 'ticket_opened'],
  ['something_new', 'unknown'],
  ['', 'unknown'],
])('the event %s is %s', (kind, known) => expect(eventKind(kind)).toBe(known))

const event = (kind: string, at: string, params = {}) => ({ kind, at: `2026-11-20T07:${at}.000Z`, params })

test('spans are read from the events themselves', () => {
  const events = [event('call_queued', '00:00'), event('call_connected', '01:48'), event('call_ended', '08:52')]
  expect(events[1] && spanBefore(events, events[1], 'call_queued')).toBe(108_000)
  expect(events[2] && spanBefore(events, events[2], 'call_connected')).toBe(424_000)
  expect(events[0] && spanBefore(events, events[0], 'ticket_opened')).toBeUndefined()
})

test('reasons without words are not shown', () => {
  expect(eventReason(event('call_ended', '00:00', { reason: 'customer_hangup' }))).toBe('customer_hangup')
  expect(eventReason(event('call_ended', '00:00', { reason: 'cosmic_rays' }))).toBeUndefined()
})
