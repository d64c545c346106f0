import { defineConfig } from 'vitest/config'

// End to end: a real server, a real Asterisk, a real browser. One file at a time, since they share the telephone switch.
export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    globalSetup: 'e2e/setup.ts',
    environment: 'node',
    fileParallelism: false,
    expect: { poll: { timeout: 15_000 } }, // a busy machine is no fault of ours
    testTimeout: 120_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
  },
})
