import { expect, test } from 'vitest'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'
import { reclaimSeconds } from './server.ts'

test('내 통화 기록: answered, missed and declined calls in words, the filter, the ticket, 다시 걸기', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { page } = seoyeon
  await seoyeon.ready()

  const answered = new Customer(bellhop, { from: '01031110001' })
  await seoyeon.state('offered')
  await seoyeon.accept()
  await seoyeon.hears(440)
  await answered.hears(1000)
  await expect.poll(() => page.url()).toMatch(/\/tickets\/\d+$/)
  const ticket = page.url()
  await answered.hangUp()
  await seoyeon.state('work')

  await seoyeon.choose('대기')
  await seoyeon.state('ready')
  const missed = new Customer(bellhop, { from: '01031110002' })
  await seoyeon.state('offered')
  await seoyeon.state('default', (reclaimSeconds + 4) * 1000)
  await missed.hangUp()

  await seoyeon.choose('대기')
  await seoyeon.state('ready')
  const declined = new Customer(bellhop, { from: '01031110003' })
  await seoyeon.state('offered')
  await seoyeon.decline()
  await seoyeon.state('default')
  await declined.hangUp()

  await page.getByRole('link', { name: '전체 보기' }).click()
  const history = page.getByTestId('history')
  const row = (number: string) => history.getByRole('listitem').filter({ hasText: number })
  const words = (number: string) => row(number).allTextContents()
  await expect.poll(() => words('010-3111-0001')).toEqual([expect.stringMatching(/받음.*받은 전화.*고객이 끊음/)])
  await expect.poll(() => words('010-3111-0002')).toEqual([expect.stringContaining('놓침')])
  await expect.poll(() => words('010-3111-0003')).toEqual([expect.stringContaining('취소')])

  await history.getByText('놓친 전화', { exact: true }).click()
  await expect.poll(() => row('010-3111-0001').count()).toBe(0)
  await expect.poll(() => row('010-3111-0003').count()).toBe(0)
  await expect.poll(() => words('010-3111-0002')).toEqual([expect.stringContaining('놓침')])

  await row('010-3111-0002').getByRole('button', { name: '010-3111-0002 다시 걸기' }).click()
  await expect.poll(() => page.getByLabel('고객번호').inputValue()).toBe('010-3111-0002')
  await seoyeon.state('default')

  await history.getByText('전체', { exact: true }).click()
  await row('010-3111-0001').getByRole('link', { name: /티켓/ }).click()
  await expect.poll(() => page.url()).toBe(ticket)
  await expect.poll(() => page.getByRole('main').textContent()).toContain('010-3111-0001')
})
