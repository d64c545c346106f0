// Faults on the server's side as the agent's screen sees them (quality F1, F2): a part is killed in mid-call.
import { expect, test } from 'vitest'
import { kill, restarted } from './faults.ts'
import { bellhop, talking } from './scene.ts'

test('media is killed in mid-call: the page connects its sound again by itself, the customer stayed', async () => {
  const { seoyeon, customer } = await talking()
  const before = kill(bellhop, 'media')
  await customer.hearsMusic(5_000)
  await restarted(bellhop, 'media', before)
  await seoyeon.hears(440, 8_000)
  await customer.hears(1000, 8_000)
  await seoyeon.state('talking')
  expect(customer.has('ended')).toBeFalsy()
  await seoyeon.hangUp()
  expect(await customer.exited).toBe(0)
})

test('serve is killed in mid-call: the sound goes on, and what was pressed meanwhile is done once', async () => {
  const { seoyeon, customer } = await talking()
  const heard = customer.events.length
  const before = kill(bellhop, 'serve')
  await seoyeon.press('보류')
  await restarted(bellhop, 'serve', before)
  const gap = customer.events.slice(heard).filter((e) => e.event === 'level' && (e.tones?.['1000'] ?? 0) < 0.5)
  expect(gap, 'until serve is back nothing changes for the customer').toEqual([])
  await seoyeon.state('holding', 15_000)
  await customer.hearsMusic()
  await seoyeon.press(/해제/)
  await seoyeon.hears(440)
  await customer.hears(1000)
  expect(customer.has('ended')).toBeFalsy()
  await seoyeon.hangUp()
  await seoyeon.state('work')
  expect(await customer.exited).toBe(0)
  const number = new URL(seoyeon.page.url()).pathname.split('/').at(-1)
  const kinds = async () => {
    const answer = await seoyeon.context.request.get(`${bellhop.url}/api/v1/tickets/${number}`)
    return ((await answer.json()) as { events: { kind: string }[] }).events.map((e) => e.kind)
  }
  await expect.poll(kinds).toContain('ended')
  const all = await kinds()
  for (const kind of ['connected', 'held', 'resumed', 'ended']) {
    expect(
      all.filter((k) => k === kind),
      `${kind} once in ${all.join()}`,
    ).toHaveLength(1)
  }
})
