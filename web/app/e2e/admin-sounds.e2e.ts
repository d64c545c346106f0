import { afterEach, expect, inject, test } from 'vitest'
import { Boss, type BossOptions } from './boss.ts'
import { talking } from './scene.ts'
import { soon } from './soon.ts'

const bellhop = inject('bellhop')
let open: Boss[] = []

afterEach(async () => {
  for (const b of open) await b.close()
  open = []
})

async function boss(options?: BossOptions): Promise<Boss> {
  const b = await Boss.open(bellhop, options)
  open.push(b)
  return b
}

// toneFile is a WAV file of 5 s with one tone.
function toneFile(hertz: number): Buffer {
  const samples = 5 * 8000
  const file = Buffer.alloc(44 + samples * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples * 2, 4)
  file.write('WAVEfmt ', 8)
  for (const [at, v] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    file.writeUInt16LE(v, at)
  for (const [at, v] of [
    [16, 16],
    [24, 8000],
    [28, 16000],
    [40, samples * 2],
  ] as const)
    file.writeUInt32LE(v, at)
  file.write('data', 36)
  for (let i = 0; i < samples; i++) {
    file.writeInt16LE(Math.round(4000 * Math.sin((2 * Math.PI * hertz * i) / 8000)), 44 + 2 * i)
  }
  return file
}

test('a text is spoken and heard before it is saved', { timeout: 60_000 }, async () => {
  const b = await boss()
  await b.at('sounds/new')
  const { page } = b
  await page.getByLabel('이름').fill('인사말')
  await page.getByLabel('멘트', { exact: false }).first().fill('안녕하세요. 한빛몰입니다.')
  await page.getByRole('button', { name: '글을 음성으로 만들기' }).click()
  const audio = page.locator('audio')
  await audio.waitFor({ timeout: 20_000 })
  const length = await audio.evaluate(async (el: HTMLAudioElement) => {
    await el.play()
    return el.duration
  })
  expect(length).toBeGreaterThan(1)
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('link', { name: '인사말' }).waitFor()
})

test('what is uploaded is what a customer hears at 강성종료, and is not deleted while it is', {
  timeout: 120_000,
}, async () => {
  const b = await boss()
  const { page } = b
  await b.at('sounds/new')
  await page.getByLabel('이름').fill('종료 멘트')
  await page.locator('textarea').first().fill('폭언이 계속되어 통화를 종료합니다.')
  const file = page.locator('input[type=file]')
  await file.setInputFiles({ name: 'x.wav', mimeType: 'audio/wav', buffer: Buffer.from('MZ no sound at all') })
  await page.getByText('읽을 수 없는 소리 파일이에요').waitFor()
  await file.setInputFiles({ name: '../멘트.wav', mimeType: 'audio/wav', buffer: toneFile(1500) })
  await page.locator('audio').waitFor()
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('link', { name: '종료 멘트', exact: true }).waitFor()

  await b.at('sounds/hostile-end')
  await page.getByRole('combobox', { name: '서비스' }).click()
  await page.getByRole('option', { name: '한빛몰 고객센터' }).click()
  await page.getByRole('combobox', { name: '한국어' }).click()
  await page.getByRole('option', { name: '종료 멘트' }).click()
  await page.getByText('폭언이 계속되어').waitFor()
  await page.getByRole('button', { name: '저장' }).click()
  await page.getByRole('link', { name: '종료 멘트', exact: true }).waitFor()

  const { seoyeon: who, customer } = await talking({ probes: [440, 1000, 1500] })
  await who.press('강성종료')
  const dialog = who.page.getByTestId('hostile-dialog')
  await dialog.getByText('폭언이 계속되어 통화를 종료합니다.').waitFor()
  await dialog.getByRole('button', { name: /멘트 송출 후 종료/ }).click()
  await customer.hears(1500)
  expect(await customer.exited).toBe(0)

  await page.getByRole('link', { name: '종료 멘트', exact: true }).click()
  await page.getByRole('button', { name: '삭제', exact: true }).click()
  await page.getByTestId('delete').getByRole('button', { name: '삭제' }).click()
  await page.getByTestId('delete').getByText('한빛몰 고객센터').waitFor()
})

test.each([
  ['ko', 'light'],
  ['ko', 'dark'],
  ['en', 'light'],
  ['en', 'dark'],
] as const)('axe finds nothing serious on the screens (%s, %s)', { timeout: 90_000 }, async (language, scheme) => {
  const b = await boss({ language, scheme })
  for (const path of ['sounds', 'sounds/new', 'sounds/music', 'sounds/music/new', 'sounds/hostile-end']) {
    await b.at(path)
    await soon(() => b.faults(path)).toEqual([])
  }
})
