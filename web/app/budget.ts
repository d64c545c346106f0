import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** What of a build's output is looked at. */
export interface Built {
  type: 'chunk' | 'asset'
  fileName: string
  isEntry?: boolean
  facadeModuleId?: string | null
  imports?: string[]
  viteMetadata?: { importedCss: Set<string> }
  code?: string
  source?: string | Uint8Array
}

interface Budget {
  /** Kilobytes, gzipped. */
  most: number
  /** What is fetched besides the entry: ends of module names. */
  with: string[]
}

/** The gzipped kilobytes of everything that the entry and these modules fetch before they can be shown. Fonts are not counted. */
export function firstLoad(output: readonly Built[], modules: readonly string[]): number {
  const byName = new Map(output.map((file) => [file.fileName, file]))
  const wanted = new Set<string>()
  const want = (name: string) => {
    const file = byName.get(name)
    if (!file || wanted.has(name)) return
    wanted.add(name)
    for (const next of [...(file.imports ?? []), ...(file.viteMetadata?.importedCss ?? [])]) want(next)
  }
  for (const file of output) {
    if (file.isEntry || file.fileName === 'index.html') want(file.fileName)
  }
  for (const module of modules) {
    const chunk = output.find((file) => file.facadeModuleId?.endsWith(module))
    if (!chunk) throw new Error(`budget: no chunk for ${module}`)
    want(chunk.fileName)
  }
  const bytes = [...wanted].map((name) => gzipSync(byName.get(name)?.code ?? byName.get(name)?.source ?? '').length)
  return bytes.reduce((sum, size) => sum + size, 0) / 1024
}

/** Fails the build when the first load has grown beyond its budget. */
export function budget({ most, with: modules }: Budget): Plugin {
  return {
    name: 'bellhop-budget',
    apply: 'build',
    writeBundle(_, bundle) {
      const size = firstLoad(Object.values(bundle) as Built[], modules)
      this.info(`first load of the sign-in page: ${size.toFixed(0)} of ${most} KB`)
      if (size > most) this.error(`the first load of the sign-in page is ${size.toFixed(1)} KB gzip, more than ${most}`)
    },
  }
}
