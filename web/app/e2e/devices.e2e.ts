import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { Customer } from './customer.ts'
import { agent, bellhop } from './scene.ts'
import { soon } from './soon.ts'

const settings = (page: Page) => page.getByRole('dialog', { name: '소리 설정' })
const chosen = (page: Page, label: string) =>
  settings(page)
    .getByLabel(label, { exact: true })
    .evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.textContent)
async function options(page: Page, label: string): Promise<string[]> {
  const all = settings(page).getByLabel(label, { exact: true }).locator('option')
  await soon(() => all.count()).toBeGreaterThan(1)
  return await all.allTextContents()
}
const sink = (page: Page) =>
  page.evaluate(async () => {
    const id = (document.getElementById('remote-audio') as HTMLAudioElement | null)?.sinkId ?? ''
    const all = await navigator.mediaDevices.enumerateDevices()
    return all.find((device) => device.kind === 'audiooutput' && device.deviceId === id)?.label ?? id
  })

// Chromium's own pretended devices: several microphones and loudspeakers.
test('the customer’s voice and the ring each have their loudspeaker, and the browser remembers both', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { page, context } = seoyeon
  await context.addInitScript(() => {
    const sinks: string[] = []
    Object.assign(window, { ringSinks: sinks })
    const set = AudioContext.prototype as unknown as { setSinkId: (id: string) => Promise<void> }
    const real = set.setSinkId
    set.setSinkId = function (id) {
      sinks.push(id)
      return real.call(this, id)
    }
  })
  await seoyeon.signIn()
  await seoyeon.ctiSignIn()
  await page.getByRole('button', { name: '소리 설정 열기' }).click()
  const outputs = await options(page, '고객 목소리가 나오는 스피커')
  const [voice, ring] = outputs.slice(1)
  if (!voice || !ring) throw new Error(`Chromium pretends too few loudspeakers: ${outputs}`)
  await settings(page).getByLabel('고객 목소리가 나오는 스피커').selectOption({ label: voice })
  await settings(page).getByLabel('벨소리가 나오는 스피커').selectOption({ label: ring })
  await page.keyboard.press('Escape')
  await soon(() => sink(page)).toBe(voice)

  await page.reload()
  await seoyeon.state('default')
  await soon(() => sink(page)).toBe(voice)
  await page.getByRole('button', { name: '소리 설정 열기' }).click()
  await soon(() => chosen(page, '고객 목소리가 나오는 스피커')).toBe(voice)
  await soon(() => chosen(page, '벨소리가 나오는 스피커')).toBe(ring)
  await page.keyboard.press('Escape')

  await seoyeon.choose('대기')
  await seoyeon.state('ready')
  const customer = new Customer(bellhop)
  await seoyeon.state('offered')
  const rings = () =>
    page.evaluate(async () => {
      const ids = (window as unknown as { ringSinks: string[] }).ringSinks
      const all = await navigator.mediaDevices.enumerateDevices()
      return ids.map((id) => all.find((d) => d.kind === 'audiooutput' && d.deviceId === id)?.label)
    })
  await soon(rings).toContain(ring)
  await seoyeon.accept()
  await seoyeon.hears(440)
  expect(await sink(page)).toBe(voice)
  await customer.hangUp()
})

// What is plugged in is a fake here: the list loses the microphone, and its track ends, as when a headset is pulled out.
test('a headset that is pulled out in a call is noticed, the call goes on with another microphone and comes back', async () => {
  const seoyeon = await agent({ tone: 1000 })
  const { page, context } = seoyeon
  await context.addInitScript(() => {
    const devices = navigator.mediaDevices
    const list = devices.enumerateDevices.bind(devices)
    const open = devices.getUserMedia.bind(devices)
    let gone = ''
    let track: MediaStreamTrack | undefined
    devices.enumerateDevices = async () => (await list()).filter((d) => d.deviceId !== gone)
    devices.getUserMedia = async (wanted) => {
      const id = (wanted?.audio as { deviceId?: { exact?: string } } | undefined)?.deviceId?.exact
      if (gone && id === gone) throw new DOMException('gone', 'NotFoundError')
      const stream = await open(wanted)
      track = stream.getAudioTracks()[0]
      return stream
    }
    Object.assign(window, {
      pull: () => {
        gone = track?.getSettings().deviceId ?? ''
        track?.stop()
        track?.dispatchEvent(new Event('ended'))
        devices.dispatchEvent(new Event('devicechange'))
      },
      plug: () => {
        gone = ''
        devices.dispatchEvent(new Event('devicechange'))
      },
    })
  })
  await seoyeon.signIn()
  await seoyeon.ctiSignIn()
  await page.getByRole('button', { name: '소리 설정 열기' }).click()
  const microphones = await options(page, '마이크')
  const headset = microphones[1]
  if (!headset) throw new Error(`Chromium pretends too few microphones: ${microphones}`)
  await settings(page).getByLabel('마이크', { exact: true }).selectOption({ label: headset })
  await page.keyboard.press('Escape')
  await seoyeon.choose('대기')
  await seoyeon.state('ready')
  const customer = new Customer(bellhop)
  await seoyeon.state('offered')
  await seoyeon.accept()
  await customer.hears(1000)
  await page.evaluate(() => (window as unknown as { pull: () => void }).pull())
  await soon(() => page.getByTestId('microphone-swap').textContent()).toContain('연결이 끊겨')
  await seoyeon.state('talking')
  await customer.hears(1000)
  await page.evaluate(() => (window as unknown as { plug: () => void }).plug())
  await customer.hears(1000)
  await page.getByRole('button', { name: '소리 설정 열기' }).click()
  await soon(() => chosen(page, '마이크')).toBe(headset)
  await page.keyboard.press('Escape')
  await customer.hangUp()
})
