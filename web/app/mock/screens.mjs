// Takes a picture of every scene and sweeps it for accessibility faults. It looks at dist: build first.
//   node mock/screens.mjs --out DIR [--only ring,call] [--lang ko,en] [--theme light,dark] [--width 1440,1024]
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import AxeBuilder from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { scenes } from './scenes.mjs'
import { pretend, serveApp } from './server.mjs'

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string', default: Object.keys(scenes).join(',') },
    lang: { type: 'string', default: 'ko' },
    theme: { type: 'string', default: 'light' },
    width: { type: 'string', default: '1440' },
  },
})
if (!values.out) throw new Error('--out DIR is missing')
mkdirSync(values.out, { recursive: true })

const app = await serveApp()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
  ],
})

let faults = 0
for (const lang of values.lang.split(',')) {
  for (const theme of values.theme.split(',')) {
    for (const width of values.width.split(',').map(Number)) {
      for (const name of values.only.split(',')) faults += await picture(name, lang, theme, width)
    }
  }
}
await browser.close()
app.close()
process.exitCode = faults > 0 ? 1 : 0

async function picture(name, lang, theme, width) {
  const scene = { ...scenes[name] }
  const height = width < 400 ? 700 : width < 1100 ? 768 : 900
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: 'ko-KR' })
  await context.addInitScript(prepare, { lang, scene: { ...scene, view: null, before: null } })
  const page = await context.newPage()
  const said = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !/status of 4|status of 5|WebSocket/.test(message.text())) {
      said.push(message.text())
    }
  })
  page.on('pageerror', (error) => said.push(String(error)))
  await pretend(page, scene)
  await page.goto(app.url + (scene.path ?? '/'))
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(250)
  await act(page, scene)
  const file = `${values.out}/${name}-${lang}-${theme}-${width}.png`
  await page.screenshot({ path: file })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  if (wide) said.push('the page is wider than the window')
  const axe = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  for (const v of axe.violations) {
    said.push(`${v.impact} ${v.id}: ${v.nodes.map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`)
  }
  await context.close()
  if (said.length > 0) process.stdout.write(`${name} ${lang} ${theme} ${width}\n  ${said.join('\n  ')}\n`)
  return said.length
}

async function act(page, scene) {
  if (scene.signIn) {
    await page.getByLabel(/아이디|User ID/).fill('seoyeon')
    await page.getByLabel(/^비밀번호|^Password/).fill('wrong')
    await page.getByRole('button', { name: /^로그인$|^Sign in$/ }).click()
  }
  const folded = page.getByRole('button', { name: /패널 펼치기|Unfold/ })
  if ((scene.click || scene.tile || scene.press || scene.link || scene.unfold) && (await folded.isVisible()))
    await folded.click()
  if (scene.click) await page.getByRole('button', { name: scene.click }).click()
  if (scene.tile) await page.locator(`[role=radio][data-s=${scene.tile}]`).click()
  if (scene.press) await page.getByRole('radio', { name: new RegExp(scene.press) }).click()
  if (scene.button)
    await page
      .getByRole('button', { name: new RegExp(`^(${scene.button})$`) })
      .first()
      .click()
  if (scene.link) await page.getByRole('link', { name: new RegExp(`^(${scene.link})$`) }).click()
  if (scene.keys) await page.keyboard.press(scene.keys)
  if (scene.filter) await page.locator('.seg label', { hasText: new RegExp(scene.filter) }).click()
  if (scene.tab) await page.getByRole('tab', { name: new RegExp(scene.tab) }).click()
  if (scene.next) await page.getByRole('button', { name: new RegExp(scene.next) }).click()
  if (scene.type) await type(page, scene.type)
  if (scene.lose === 'link') {
    scene.loseLink()
    await page.waitForTimeout(2500)
  }
  if (scene.lose === 'media') {
    scene.loseMedia()
    await page.waitForTimeout(300)
  }
  await page.waitForTimeout(450)
}

/** Types into what has the focus, or into the window's first field. */
async function type(page, text) {
  const focused = await page.evaluate(() => document.activeElement?.matches('input, .keypad'))
  if (!focused) await page.locator('[role=tabpanel] input').first().focus()
  await page.keyboard.type(text.replace('\n', ''))
  if (text.endsWith('\n')) await page.keyboard.press('Enter')
}

/** Runs in the page before the program: a peer connection that needs no network, and what the scene wants. */
function prepare({ lang, scene }) {
  localStorage.setItem('bellhop.language', lang)
  if (scene.collapsed) localStorage.setItem('bellhop.phone.collapsed', '1')
  if (!scene.elsewhere) sessionStorage.setItem('bellhop.sound.here', '1')
  if (scene.path) sessionStorage.setItem('bellhop.moved', scene.ticket?.call ?? '')
  window.RTCPeerConnection = class {
    connectionState = 'connected'
    localDescription = { sdp: '' }
    addTrack() {}
    getSenders() {
      return []
    }
    getStats() {
      return Promise.resolve(new Map())
    }
    createOffer() {
      return Promise.resolve({ type: 'offer', sdp: '' })
    }
    setLocalDescription() {
      return Promise.resolve()
    }
    setRemoteDescription() {
      return Promise.resolve()
    }
    close() {}
  }
  if (scene.silent) {
    Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' })
    AudioContext.prototype.resume = () => new Promise(() => {})
  }
  if (scene.microphone) {
    navigator.mediaDevices.getUserMedia = () =>
      scene.microphone === 'waits'
        ? new Promise(() => {})
        : Promise.reject(new DOMException('refused', scene.microphone))
  }
}
