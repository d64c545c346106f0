// Writes past calls into an agent's history, through the store itself.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type Bellhop, repository } from './server.ts'

export function pastCalls(bellhop: Bellhop, extension: string, count: number): void {
  const database = join(bellhop.dir, 'secrets/database_url')
  const args = ['run', './web/app/e2e/calls', '-database', database, '-extension', extension, '-count', String(count)]
  execFileSync('go', args, { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] })
}
