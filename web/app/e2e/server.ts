// Starts a whole Bellhop (bellhop dev: PostgreSQL, Asterisk, serve, media) in a folder of its own and on ports of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const repository = resolve(import.meta.dirname, '../../..')
export const binary = process.env.E2E_BINARY ?? join(repository, 'bin/bellhop')

export interface User {
  login: string
  password: string
  role: 'admin' | 'supervisor' | 'agent'
  name: string
}

export interface Bellhop {
  url: string
  metrics: string
  sip: string
  number: string
  users: User[]
  carrier: { sip: string; http: string }
  ari: { url: string; username: string; password: string }
  pid: number
  dir: string
}

// How long an agent's phone rings in these tests before the call is taken back: 30 s in real life.
export const reclaimSeconds = 10

async function freePort(): Promise<number> {
  return await new Promise((found, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

export interface Running {
  bellhop: Bellhop
  stop: () => Promise<void>
}

export async function startBellhop(extra: Record<string, string> = {}): Promise<Running> {
  const dir = mkdtempSync(join(tmpdir(), 'bellhop-e2e-'))
  const [http, metrics, sip, ari] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const password = 'only-for-this-test'
  const child = spawn(binary, ['dev', '--with-parent'], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      BELLHOP_STATE_DIR: join(dir, 'run'),
      BELLHOP_CACHE_DIR: process.env.BELLHOP_CACHE_DIR ?? join(repository, '.run/cache'),
      BELLHOP_HTTP_ADDR: `127.0.0.1:${http}`,
      BELLHOP_METRICS_ADDR: `127.0.0.1:${metrics}`,
      BELLHOP_SIP_ADDR: `127.0.0.1:${sip}`,
      BELLHOP_ARI_URL: `http://127.0.0.1:${ari}/ari`,
      BELLHOP_ARI_USERNAME: 'bellhop',
      BELLHOP_ARI_PASSWORD: password,
      BELLHOP_RECLAIM_AFTER: `${reclaimSeconds}s`,
      ...extra,
    },
  })
  await untilReady(child)
  const demo = JSON.parse(readFileSync(join(dir, 'run/demo.json'), 'utf8'))
  return {
    bellhop: {
      url: demo.url,
      metrics: demo.metrics_url,
      sip: demo.sip,
      number: demo.number,
      users: demo.users,
      carrier: demo.carrier,
      ari: { url: `http://127.0.0.1:${ari}/ari`, username: 'bellhop', password },
      pid: child.pid ?? 0,
      dir: join(dir, 'run'),
    },
    stop: async () => {
      await ended(child)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function untilReady(child: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((ready, failed) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (/^bellhop ready http/m.test(said)) ready()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => failed(new Error(`bellhop dev ended with ${code}:\n${said}`)))
    child.once('error', failed)
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = new Promise<void>((done) => child.once('exit', () => done()))
  child.kill('SIGINT')
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await gone
  clearTimeout(late)
}
