import { ApiError } from '../api/client.ts'
import { type Memory, Shelf } from '../kept/shelf.ts'
import { Backoff } from '../phone/backoff.ts'
import type { Summary } from './summary.ts'

interface Report {
  call: string
  summary: Summary
}

export interface ReportsOptions {
  user: string
  memory: Memory
  /** Tells the server; fails with an ApiError. The same part is kept there once. */
  send: (call: string, part: string, summary: Summary) => Promise<void>
  /** The call that the agent is in, or ''. */
  inCall: () => string
  now?: () => number
  newPart?: () => string
}

/** So many wait at most; what is older gives way. */
const most = 100
/** After so long nobody looks for it any more. */
const oldMs = 3 * 24 * 3_600_000

/** Takes how calls sounded to the server, once the call is over for the agent, also after the page was closed. */
export class QualityReports {
  readonly #options: ReportsOptions
  readonly #shelf: Shelf<Report>
  readonly #backoff = new Backoff({ first: 1_000, max: 60_000 })
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending = false

  constructor(options: ReportsOptions) {
    this.#options = options
    this.#shelf = new Shelf({
      memory: options.memory,
      prefix: `bellhop.quality.${options.user}.`,
      most,
      parse,
      age: ({ summary }) => Date.parse(summary.started_at),
    })
  }

  add(call: string, summary: Summary): void {
    const { newPart = () => crypto.randomUUID() } = this.#options
    this.#shelf.put(newPart(), { call, summary })
  }

  /** Sends what is there, but for the call that is on: the server knows it only when it is over. */
  flush(): void {
    clearTimeout(this.#timer)
    if (!this.#sending) void this.#sendAll()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  async #sendAll(): Promise<void> {
    this.#sending = true
    let left = 0
    for (const [part, report] of this.#shelf.all()) {
      if (report.call === this.#options.inCall()) continue
      if (await this.#isDone(part, report)) this.#shelf.remove(part)
      else left++
    }
    this.#sending = false
    if (left > 0) this.#timer = setTimeout(() => this.flush(), this.#backoff.next())
    else this.#backoff.reset()
  }

  /** Whether the server has it, or never will. A call is written into the history a moment after it ends: 404 till then. */
  async #isDone(part: string, { call, summary }: Report): Promise<boolean> {
    const { now = Date.now, send } = this.#options
    try {
      await send(call, part, summary)
      return true
    } catch (error) {
      if (now() - Date.parse(summary.started_at) > oldMs) return true
      return error instanceof ApiError && [409, 422].includes(error.status)
    }
  }
}

function parse(value: unknown): Report | null {
  const { call, summary } = (value ?? {}) as Partial<Report>
  if (typeof call !== 'string' || typeof summary?.started_at !== 'string') return null
  return { call, summary }
}
