import { expect, test } from 'vitest'
import { serverNews } from './serverNews.ts'

const well = { fenced: false, draining: false, records_late: false, journal_ok: true }

test.each([
  [{}, null],
  [{ journal_ok: false }, 'journal_down'],
  [{ journal_ok: false, records_late: true }, 'records_late'],
  [{ draining: true, records_late: true }, 'draining'],
  [{ fenced: true, draining: true, records_late: true, journal_ok: false }, 'fenced'],
])('%o: %s', (change, news) => {
  expect(serverNews({ ...well, ...change })).toBe(news)
})
