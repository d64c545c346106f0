import { expect, test } from 'vitest'
import { type Built, budget, firstLoad } from '../../budget.ts'

// Text that gzip cannot make smaller by much.
const text = (kilobytes: number) =>
  Array.from({ length: kilobytes * 64 }, (_, i) =>
    Math.sin(i + kilobytes)
      .toString(36)
      .slice(2, 18),
  ).join('\n')

const output: Built[] = [
  { type: 'asset', fileName: 'index.html', source: '<html>' },
  {
    type: 'chunk',
    fileName: 'index.js',
    isEntry: true,
    imports: ['shared.js'],
    code: text(4),
    viteMetadata: { importedCss: new Set(['index.css']) },
  },
  { type: 'chunk', fileName: 'shared.js', imports: ['index.js'], code: text(8) },
  { type: 'asset', fileName: 'index.css', source: text(2) },
  {
    type: 'chunk',
    fileName: 'SignIn.js',
    facadeModuleId: '/src/signin/SignIn.tsx',
    imports: ['shared.js'],
    code: text(16),
  },
  { type: 'chunk', fileName: 'Workplace.js', facadeModuleId: '/src/app/Workplace.tsx', code: text(99) },
]

test('the first load is what the entry and the page fetch, each once, and nothing else', () => {
  const entry = firstLoad(output, [])
  const page = firstLoad(output, ['signin/SignIn.tsx'])
  const all = firstLoad(output, ['signin/SignIn.tsx', 'app/Workplace.tsx'])
  expect(entry).toBeGreaterThan(5)
  expect(page - entry).toBeGreaterThan(entry)
  expect(all).toBeGreaterThan(2 * page)
  expect(() => firstLoad(output, ['gone.tsx'])).toThrow('gone.tsx')
})

test('a build beyond the budget fails', () => {
  const said: string[] = []
  const build = (most: number) => {
    const { writeBundle } = budget({ most, with: [] })
    const context = {
      info: () => undefined,
      error: (message: string) => {
        said.push(message)
      },
    }
    ;(writeBundle as (this: object, options: object, bundle: object) => void).call(context, {}, { ...output })
  }
  build(1_000)
  expect(said).toEqual([])
  build(3)
  expect(said.join()).toContain('more than 3')
})
