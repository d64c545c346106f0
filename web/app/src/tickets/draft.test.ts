import { describe, expect, test, vi } from 'vitest'
import { FakeStorage } from '../kept/fakes.ts'
import { Draft, type Locks } from './draft.ts'
import { DraftStore } from './drafts.ts'
import { NoteDesk, noteLength } from './noteDesk.ts'

/** Locks of one browser, as the Web Locks API has them. */
class FakeLocks implements Locks {
  #held = new Map<string, () => void>()
  #queue = new Map<string, (() => void)[]>()

  async request(...[name, options, callback]: Parameters<Locks['request']>): Promise<unknown> {
    if (options.steal) this.#held.get(name)?.()
    else if (this.#held.has(name)) {
      await new Promise<void>((turn, fail) => {
        this.#queue.set(name, [...(this.#queue.get(name) ?? []), turn])
        options.signal?.addEventListener('abort', () => {
          this.#queue.set(name, this.#queue.get(name)?.filter((other) => other !== turn) ?? [])
          fail(options.signal?.reason)
        })
      })
    }
    return new Promise((done, fail) => {
      const stolen = () => fail(new DOMException('stolen', 'AbortError'))
      this.#held.set(name, stolen)
      void Promise.resolve(callback({ name })).then((value) => {
        if (this.#held.get(name) === stolen) {
          this.#held.delete(name)
          this.#queue.get(name)?.shift()?.()
        }
        done(value)
      })
    })
  }
}

/** Pages of one browser: each has a store of its own on the same storage, and hears of what the others write. */
function browser() {
  const memory = new FakeStorage()
  const locks = new FakeLocks()
  const pages: EventTarget[] = []
  const page = (user = 'u1', ticket = '7') => {
    const events = new EventTarget()
    pages.push(events)
    const others = new Proxy(memory, {
      get: (target, name) => {
        const value = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        return (...args: string[]) => {
          const result = value.apply(target, args)
          if (name === 'setItem' || name === 'removeItem') {
            for (const p of pages) {
              if (p !== events) p.dispatchEvent(Object.assign(new Event('storage'), { key: args[0] }))
            }
          }
          return result
        }
      },
    })
    const draft = new Draft(new DraftStore({ user, memory: others, events, now: () => 5 }), user, ticket, locks)
    return { draft, close: draft.open() }
  }
  return { memory, page }
}

const settled = () => new Promise((done) => setTimeout(done))

describe('a draft', () => {
  test('is kept as it is typed, and found again by the next page', async () => {
    const { page } = browser()
    const { draft, close } = page()
    draft.type('환')
    await settled()
    draft.type('환불')
    expect(draft.getState()).toEqual({ text: '환불', elsewhere: false, keptAt: 5, unkept: false })
    close()
    expect(page().draft.getState().text).toBe('환불')
  })

  test('is kept also when the page goes with the first letter', () => {
    const { page } = browser()
    const { draft, close } = page()
    draft.type('환')
    close()
    expect(page().draft.getState().text).toBe('환')
  })

  test('is of one ticket, and of one user: another one who signs in finds and leaves none', async () => {
    const { page, memory } = browser()
    const { draft, close } = page('u1', '7')
    draft.type('메모')
    await settled()
    close()
    expect(page('u1', '8').draft.getState().text).toBe('')
    expect(page('u2', '7').draft.getState().text).toBe('')
    expect([...memory.items.keys()]).toEqual([])
  })

  test('is written by one page at a time; the other follows, and may take it over', async () => {
    const { page } = browser()
    const [one, two] = [page(), page()]
    one.draft.type('하나')
    await settled()
    two.draft.claim()
    await vi.waitFor(() => expect(two.draft.getState()).toMatchObject({ text: '하나', elsewhere: true }))
    two.draft.type('둘')
    one.draft.type('하나 더')
    expect(two.draft.getState().text).toBe('하나 더')

    two.draft.takeOver()
    await settled()
    expect(two.draft.getState()).toMatchObject({ text: '하나 더', elsewhere: false })
    expect(one.draft.getState().elsewhere).toBe(true)
    two.draft.type('하나 더 둘')
    expect(one.draft.getState().text).toBe('하나 더 둘')

    two.close()
    await settled()
    expect(one.draft.getState()).toMatchObject({ text: '하나 더 둘', elsewhere: false })
  })

  test('typed before it is known that another page writes does not overwrite it', async () => {
    const { page } = browser()
    const [one, two] = [page(), page()]
    one.draft.type('하나')
    await settled()
    two.draft.type('둘')
    await vi.waitFor(() => expect(two.draft.getState()).toMatchObject({ text: '하나', elsewhere: true }))
    expect(one.draft.getState().text).toBe('하나')
    one.close()
    expect(page().draft.getState().text).toBe('하나')
  })

  test('that the browser does not keep says so', async () => {
    const { page, memory } = browser()
    memory.full = true
    const { draft } = page()
    draft.type('메모')
    await settled()
    expect(draft.getState()).toMatchObject({ text: '메모', unkept: true, keptAt: null })
  })

  test('that was saved is gone', async () => {
    const { page, memory } = browser()
    const { draft } = page()
    draft.type('메모')
    await settled()
    draft.clear()
    expect(draft.getState().text).toBe('')
    expect([...memory.items.keys()]).toEqual([])
  })
})

test.each([
  ['/tickets/7', '7'],
  ['/tickets/8', null],
  ['/tickets', null],
  ['/calls', null],
])('the note that is left at %s is that of %s', async (path, ticket) => {
  const desk = new NoteDesk({
    user: 'u1',
    memory: new FakeStorage(),
    events: new EventTarget(),
    locks: undefined,
    send: vi.fn(),
    onSent: vi.fn(),
  })
  desk.draft('7').type('메모')
  expect(desk.begunAt(path)).toBe(ticket)
})

test.each([
  ['환불', 2],
  ['환불'.normalize('NFD'), 2],
  ['\n 가 \n\n', 2],
  ['👍', 1],
  [' \n', 0],
])('%j is %d long', (text, length) => expect(noteLength(text)).toBe(length))
