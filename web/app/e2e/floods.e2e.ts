// Too much of everything, through the real stack: it is refused in words, and the call goes on.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Agent } from './agent.ts'
import { Customer } from './customer.ts'
import { agent, bellhop, talking, target } from './scene.ts'

// database runs statements where the admin's screens will change the organisation.
function database(statements: string): string {
  const url = readFileSync(join(bellhop.dir, 'secrets/database_url'), 'utf8').trim()
  return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', url, '-c', statements], { encoding: 'utf8' }).trim()
}

async function inQueue(number: string): Promise<number> {
  const metrics = await (await fetch(bellhop.metrics)).text()
  return [...metrics.matchAll(/^bellhop_queue_calls_waiting\{([^}]*)\} (\d+)/gm)]
    .filter(([, labels]) => labels?.includes(number))
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}

test('a full queue takes no more: the agent is told, the customer keeps him', { timeout: 240_000 }, async () => {
  const { seoyeon, customer } = await talking()
  const waiting = Array.from(
    { length: 20 },
    (_, n) => new Customer(bellhop, { to: '1001', from: `010555030${n + 10}` }),
  )
  for (const one of waiting) await one.until('answered', 30_000)
  await expect.poll(() => inQueue('결제·증빙'), { timeout: 20_000 }).toBe(20)
  await seoyeon.press('호전환')
  const window = seoyeon.page.getByTestId('transfer-window')
  await window.getByRole('tab', { name: '직접 입력' }).click()
  await window.getByRole('textbox').first().fill('7200')
  await window.getByRole('textbox').first().press('Enter')
  await expect.poll(() => window.getByRole('alert').textContent(), { timeout: 8_000 }).toContain('가득 찼어요')
  await seoyeon.state('talking')
  await customer.hears(1000)
})

test('a thousand favourites: two hundred are kept, the rest is refused, the list still works', async () => {
  const { seoyeon, customer } = await talking()
  const answers = await seoyeon.page.evaluate(async () => {
    const counts: Record<string, number> = {}
    for (let n = 0; n < 1000; n++) {
      const r = await fetch('/api/v1/phone/favourites', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: `<b>${n}</b>`, number: '031-815-2205' }),
      })
      const code = r.ok ? 'kept' : (await r.json()).code
      counts[code] = (counts[code] ?? 0) + 1
    }
    return counts
  })
  expect(answers).toEqual({ kept: 200, too_many_favourites: 800 })
  await seoyeon.press('호전환')
  const window = seoyeon.page.getByTestId('transfer-window')
  await window.getByRole('tab', { name: '자주 사용되는 번호' }).click()
  await expect.poll(() => window.getByTestId('favourite-row').count()).toBe(200)
  expect(await window.getByTestId('favourite-row').locator('b').count()).toBe(0)
  await window.getByRole('searchbox').fill('<b>199')
  await expect.poll(() => window.getByTestId('favourite-row').count()).toBe(1)
  expect(await window.getByTestId('favourite-row').textContent()).toContain('<b>199</b>')
  await window.getByRole('button', { name: '호전환 번호 추가' }).click()
  await window.getByLabel('이름', { exact: true }).fill('하나 더')
  await window.getByLabel('번호', { exact: true }).fill('7200')
  await window.getByRole('button', { name: '저장' }).click()
  await expect.poll(() => window.getByRole('alert').textContent()).toContain('200개까지')
  await customer.hears(1000)
  database('delete from favourites')
})

test('a flood of keys, typed and by REST, is cut off and ends no call', async () => {
  const { seoyeon, customer } = await talking()
  await seoyeon.press('키패드')
  await seoyeon.page.getByTestId('keypad').focus()
  for (let n = 0; n < 300; n++) await seoyeon.page.keyboard.press(String(n % 10))
  const codes = await seoyeon.page.evaluate(async () => {
    const { call } = await (await fetch('/api/v1/phone')).json()
    const press = (keys: string) =>
      fetch(`/api/v1/calls/${call.id}/keys`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ version: call.version, keys }),
      }).then(async (r) => (r.ok ? 'sent' : (await r.json()).code))
    const all = await Promise.all(Array.from({ length: 100 }, () => press('0123456789')))
    return [...new Set([...all, await press('x'), await press('1'.repeat(33))])].sort()
  })
  expect(codes.filter((code) => code !== 'sent')).toEqual(['invalid_request', 'too_fast'])
  await seoyeon.state('talking')
  await seoyeon.hears(440)
  // What was let through is played to its end, even to a customer who has hung up; then nothing is left.
  await customer.hangUp()
  const { url, username, password } = bellhop.ari
  const headers = { Authorization: `Basic ${btoa(`${username}:${password}`)}` }
  const channels = async () => (await (await fetch(`${url}/channels`, { headers })).json()).length
  await expect.poll(channels, { timeout: 60_000, interval: 500 }).toBe(0)
})

test('an agent in two services: he changes, and shows only the numbers of the one he is in', {
  timeout: 180_000,
}, async () => {
  const second = '01995f3e-0000-7000-8000-0000000000a2'
  const seoyeon = await agent()
  const id = database(`
    insert into services (id, organisation_id, name) select '${second}', organisation_id, '한빛투어' from services limit 1;
    insert into caller_ids (id, service_id, number, name, state, position)
      values (gen_random_uuid(), '${second}', '0206924199', '투어', 'completed', 0);
    insert into service_members (user_id, service_id, position, phone)
      select u.id, '${second}', 9, true from users u where u.login = '${seoyeon.user.login}';
    select id from services where name = '한빛몰 고객센터'`)
  await seoyeon.signIn()
  // The server looks for changes of the organisation from time to time.
  const services = async () =>
    seoyeon.page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).services.length)
  await expect.poll(services, { timeout: 90_000, interval: 500 }).toBe(2)
  await seoyeon.page.reload()
  const name = seoyeon.page.getByTestId('service')
  await expect.poll(() => name.textContent()).toBe('한빛몰 고객센터')
  await seoyeon.ctiSignIn()
  await name.click()
  await seoyeon.page.getByRole('menuitemradio', { name: '한빛투어' }).click()
  await expect.poll(() => name.textContent()).toBe('한빛투어')
  await seoyeon.page.reload()
  await expect.poll(() => name.textContent()).toBe('한빛투어')
  await seoyeon.state('default', 20_000)
  await seoyeon.press('걸기')
  const form = seoyeon.page.getByRole('form', { name: '걸기' })
  await expect.poll(() => form.textContent()).toContain('한빛투어 서비스로 걸어요.')
  const shown = () => form.getByLabel('발신번호').locator('option').allTextContents()
  await expect.poll(shown).toEqual(['기본 · 02-0692-4199'])
  await name.click()
  await seoyeon.page.getByRole('menuitemradio', { name: '한빛몰 고객센터' }).click()
  await expect.poll(shown).toEqual(['기본 · 02-0692-4100', '1500-4021 · 콜백'])

  const jihun = await target()
  const statusOf = (who: Agent, service: string) =>
    who.page.evaluate(async (s) => (await fetch(`/api/v1/phone/caller-ids?service=${s}`)).status, service)
  expect(await statusOf(seoyeon, second)).toBe(200)
  expect(await statusOf(jihun, second)).toBe(404)
  expect(await statusOf(jihun, id)).toBe(200)
  const dialled = await jihun.page.evaluate(async (service) => {
    const r = await fetch('/api/v1/calls', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ to: '010-9040-3310', service }),
    })
    return (await r.json()).code
  }, second)
  expect(dialled).toBe('not_your_service')
  database(`
    delete from service_members where service_id = '${second}'; delete from caller_ids where service_id = '${second}';
    delete from services where id = '${second}'`)
})
