import { expect, test } from 'vitest'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'

test('이 통화의 기록: from the history row to what became of the call and why, and what is said when it cannot be had', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { page } = seoyeon
  await seoyeon.ready()
  const customer = new Customer(bellhop, { from: '01031120001' })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await seoyeon.hears(440)
  await customer.hears(1000)
  await customer.hangUp()
  await seoyeon.state('work')

  await seoyeon.choose('기본')
  await seoyeon.state('default')
  await page.getByRole('link', { name: '전체 보기' }).click()
  await page.getByRole('link', { name: '이 통화의 기록: 010-3112-0001' }).click()
  await expect.poll(() => page.url()).toMatch(/\/calls\/[0-9a-f-]{36}$/)
  const story = page.getByTestId('story')
  const events = story.locator('.tl > li')
  const codes = () => events.evaluateAll((items) => items.map((item) => item.getAttribute('data-code')))
  await expect.poll(codes).toEqual(['arrived', 'queued', 'offered', 'connected', 'ended_customer_hangup'])
  await expect.poll(() => events.nth(0).textContent()).toContain('010-3112-0001 번호에서')
  await expect.poll(() => events.nth(2).textContent()).toContain('김서연 상담원에게 연결했어요')
  await expect.poll(() => events.nth(2).textContent()).toContain('대기 상담원이 한 명뿐이었어요')

  const call = page.url().split('/').at(-1)
  await page.reload()
  await expect.poll(codes).toHaveLength(5)
  await page.goto(`${bellhop.url}/calls/01995f3e-0000-7000-8000-000000000001`)
  await expect.poll(() => story.getByRole('alert').textContent()).toContain('찾는 통화가 없어요')

  await page.route('**/events', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"database_unavailable"}' }),
  )
  await page.goto(`${bellhop.url}/calls/${call}`)
  await expect.poll(() => story.getByRole('alert').textContent(), { timeout: 15_000 }).toContain('잠시 응답하지 않아요')
  await page.unroute('**/events')
  await page.getByRole('button', { name: '다시 시도' }).click()
  await expect.poll(codes).toHaveLength(5)
})
