// What breaks in the browser's world: the network goes away, a tab is frozen or its renderer dies, a part of the server is killed.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Agent } from './agent.ts'
import type { Bellhop } from './server.ts'

// cut stops the process of the browser that does all networking: nothing comes in and nothing goes out, of websockets and
// of sound, and nobody is told. The page itself lives. The function it returns brings the network back.
export async function cut({ browser }: Agent): Promise<() => void> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const parent = processInfo.find((p) => p.type === 'browser')?.id
  const pid = processes().find((p) => p.parent === parent && p.command.includes('network.mojom.NetworkService'))?.id
  if (!pid) throw new Error('the browser has no process for its network')
  process.kill(pid, 'SIGSTOP')
  return () => process.kill(pid, 'SIGCONT')
}

interface Process {
  id: number
  parent: number
  command: string
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(join('/proc', name, 'cmdline'), 'utf8')
        const stat = readFileSync(join('/proc', name, 'stat'), 'utf8')
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return [{ id: Number(name), parent, command }]
      } catch {
        return [] // It has ended meanwhile.
      }
    })
}

// freeze stops every script of the page, while its sound goes on: the tab of a browser that saves power, or one that hangs.
export async function freeze({ context, page }: Agent): Promise<() => Promise<void>> {
  const session = await context.newCDPSession(page)
  await session.send('Debugger.enable')
  const frozen = new Promise((done) => session.once('Debugger.paused', done))
  await session.send('Debugger.pause')
  await frozen
  return async () => {
    await session.send('Debugger.resume')
    await session.detach()
  }
}

// crash kills the process that draws the page.
export async function crash({ page }: Agent): Promise<void> {
  const crashed = new Promise<void>((done) => page.once('crash', () => done()))
  void page.goto('chrome://crash').catch(() => undefined)
  await crashed
}

// kill ends a part of the server as hard as can be; `bellhop dev` starts it again. It returns the process that was killed.
export function kill(bellhop: Bellhop, part: 'serve' | 'media'): number {
  const pid = pidOf(bellhop, part)
  process.kill(pid, 'SIGKILL')
  return pid
}

export function pidOf(bellhop: Bellhop, part: string): number {
  return Number(JSON.parse(readFileSync(join(bellhop.dir, 'pid', part), 'utf8')).pid)
}

// restarted waits until the part that was killed runs again as another process.
export async function restarted(bellhop: Bellhop, part: string, before: number): Promise<void> {
  await expect
    .poll(
      () => {
        try {
          return pidOf(bellhop, part)
        } catch {
          return before // The file is being written.
        }
      },
      { timeout: 15_000, interval: 20 },
    )
    .not.toBe(before)
}

// elapsed resolves when so much time has passed since a moment: how long a fault lasts is what these tests are about.
export function elapsed(since: number, ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, since + ms - Date.now()))
}
