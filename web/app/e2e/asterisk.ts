// Looks into the real Asterisk: after a call nothing of it may be left there.
import { expect } from 'vitest'
import type { Bellhop } from './server.ts'

interface Bridge {
  id: string
  channels: string[]
}

async function ask<T>({ ari }: Bellhop, path: string): Promise<T> {
  const login = Buffer.from(`${ari.username}:${ari.password}`).toString('base64')
  const answer = await fetch(`${ari.url}${path}`, { headers: { Authorization: `Basic ${login}` } })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return (await answer.json()) as T
}

export async function expectNothingLeft(bellhop: Bellhop): Promise<void> {
  await expect
    .poll(
      async () => {
        const channels = await ask<{ id: string; name: string }[]>(bellhop, '/channels')
        const bridges = await ask<Bridge[]>(bellhop, '/bridges')
        return {
          channels: channels.map((c) => c.name),
          bridges: bridges.filter((b) => b.id !== 'bellhop-hold' || b.channels.length > 0).map((b) => b.id),
        }
      },
      { timeout: 5_000, interval: 100 },
    )
    .toEqual({ channels: [], bridges: [] })
}
