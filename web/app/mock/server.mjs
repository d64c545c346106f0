// A pretended server for looking at the screens: the built program with the real headers, REST and the live websocket.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { callerIds, card, events, favourites, history, roster, services, stranger, tickets } from './scenes.mjs'

const dist = join(import.meta.dirname, '..', 'dist')
const sounds = join(import.meta.dirname, '../../../deploy/asterisk/sound')
const announcement = readFileSync(join(sounds, 'hostile-end.txt'), 'utf8').trim()
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self' ws://media.test; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Serves the built program on a free port and returns its address. */
export async function serveApp() {
  const server = createServer((request, response) => {
    let path = new URL(request.url, 'http://x').pathname
    if (!extname(path)) path = '/index.html'
    try {
      const body = readFileSync(join(dist, path))
      response.writeHead(200, { 'Content-Type': types[extname(path)], 'Content-Security-Policy': policy })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

/** Answers a page's requests as the scene says. */
export async function pretend(page, scene) {
  const json = (route, body, status = 200, headers = {}) =>
    route.fulfill({ status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) })
  const refuse = (route, status, code, headers) => json(route, { title: '', status, code }, status, headers)
  const session = {
    user: { id: 'u1', login: 'seoyeon', name: '김서연', role: scene.view?.() === null ? 'admin' : 'agent' },
    services: scene.view?.() === null ? [] : services.slice(0, scene.services ?? 1),
  }

  await page.route('**/api/v1/**', (route) => {
    const request = route.request()
    const path = new URL(request.url()).pathname.slice('/api/v1'.length)
    if (path === '/session' && request.method() === 'POST') {
      const { status, code, retryAfter } = scene.signIn ?? { status: 401, code: 'bad_credentials' }
      return refuse(route, status, code, retryAfter ? { 'Retry-After': String(retryAfter) } : {})
    }
    if (path === '/session') return scene.signedOut ? refuse(route, 401, 'not_signed_in') : json(route, session)
    if (path === '/phone/session') {
      return json(route, { session: 's', media_url: 'ws://media.test/phone', token: 't', expires_at: '' })
    }
    if (/^\/calls\/[^/]+\/card$/.test(path)) return scene.noCard ? refuse(route, 404, 'not_found') : json(route, card)
    if (path === '/phone/lookup') return json(route, scene.noCustomer ? stranger : card)
    if (/^\/calls\/[^/]+\/hostile-end$/.test(path)) return json(route, { text: announcement })
    if (/^\/calls\/[^/]+\/hostile-end\/sound$/.test(path)) {
      return route.fulfill({ contentType: 'audio/wav', path: `${sounds}/hostile-end.wav` })
    }
    if (path === '/phone/caller-ids') return json(route, { caller_ids: callerIds })
    if (path === '/phone/history') return json(route, history(request.url()))
    if (path === '/phone/favourites') return json(route, { favourites })
    if (path === '/tickets') {
      if (scene.ticketsFail) return refuse(route, 503, 'unavailable')
      return json(route, { tickets: scene.noTickets ? [] : tickets, next: null })
    }
    if (/^\/tickets\/\d+\/notes$/.test(path)) return json(route, { notes: [], next: null })
    const found = tickets.find((t) => path === `/tickets/${t.number}`)
    if (!found) return refuse(route, 404, 'not_found')
    return json(route, {
      ...found,
      events: events(scene.before !== undefined).map((event) => ({ target: { id: '', name: '' }, ...event })),
    })
  })

  await page.routeWebSocket('**/api/v1/live', (socket) => live(socket, scene))
  await page.routeWebSocket('ws://media.test/phone', (socket) => media(socket, scene))
}

function live(socket, scene) {
  if (scene.lost) return socket.close()
  const now = () => new Date().toISOString()
  const first = scene.before ?? scene.view
  let seq = scene.before ? 2 : 1
  const tellRoster = () => {
    const say = (change) => {
      const whole = roster(change)
      if (scene.nobody) for (const agent of whole.agents) agent.state = 'break'
      socket.send(JSON.stringify({ type: 'roster', seq: ++seq, now: now(), ...whole }))
    }
    say()
    if (scene.leaves) say({ state: 'talking' })
  }
  socket.send(JSON.stringify({ type: 'snapshot', seq: 1, now: now(), phone: first(), ticket: scene.ticket ?? null }))
  if (scene.before) socket.send(JSON.stringify({ type: 'phone', seq: 2, now: now(), phone: scene.view() }))
  socket.onMessage((data) => {
    const message = JSON.parse(data)
    if (message.type === 'watch') return tellRoster()
    if (message.type !== 'command') return
    const result = scene.refuse ? { ok: false, code: scene.refuse, params: {} } : { ok: true }
    if (!scene.hang) socket.send(JSON.stringify({ type: 'result', id: message.id, ...result }))
  })
  scene.loseLink = () => {
    scene.lost = true
    socket.close()
  }
}

function media(socket, scene) {
  if (scene.mediaLost) return socket.close()
  socket.onMessage((data) => {
    const { type } = JSON.parse(data)
    if (type === 'hello') {
      socket.send('{"type":"answer","sdp":""}')
      socket.send('{"type":"connected"}')
    }
  })
  scene.loseMedia = () => {
    scene.mediaLost = true
    socket.close()
  }
}
