import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hostileAnnouncement } from './hostile.ts'

test('the text of 강성종료 is what is spoken', () => {
  const spoken = readFileSync(new URL('../../../../deploy/asterisk/sound/hostile-end.txt', import.meta.url), 'utf8')
  expect(hostileAnnouncement).toBe(spoken.trim())
})
