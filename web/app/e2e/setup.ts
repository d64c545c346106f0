// One Bellhop for all end-to-end files.
import type { TestProject } from 'vitest/node'
import { type Bellhop, startBellhop } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    bellhop: Bellhop
  }
}

export default async function setup(project: TestProject) {
  const running = await startBellhop()
  project.provide('bellhop', running.bellhop)
  return running.stop
}
