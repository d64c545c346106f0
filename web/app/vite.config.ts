import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { budget } from './budget.ts'

const backend = process.env.BELLHOP_URL ?? 'http://127.0.0.1:8080'

/** Lays a .br and a .gz beside every text file of the build, for the embedded server to send as they are. */
function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'bellhop-precompress',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir
    },
    closeBundle() {
      for (const name of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|svg|html)$/.test(name)) continue
        const path = join(outDir, name)
        const text = readFileSync(path)
        if (text.length < 1024) continue
        writeFileSync(`${path}.br`, brotliCompressSync(text))
        writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
      }
    },
  }
}

/** The build empties dist, where a committed file keeps the folder for the server's embed. */
function keepFolder(): Plugin {
  return {
    name: 'bellhop-keep-folder',
    apply: 'build',
    closeBundle() {
      writeFileSync('dist/.gitkeep', '')
    },
  }
}

export default defineConfig({
  plugins: [
    react(),
    precompress(),
    keepFolder(),
    // In English, which comes on top of Korean.
    budget({ most: 250, with: ['signin/SignIn.tsx', 'i18n/en.ts'] }),
  ],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2022', sourcemap: false },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: backend, ws: true, changeOrigin: true } },
  },
})
