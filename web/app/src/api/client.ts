/** A refused or failed request. The code is stable and is worded by the screen; '' is never one. */
export class ApiError extends Error {
  readonly status: number
  /** The server's code, or 'unreachable' when there was no answer. */
  readonly code: string
  readonly params: Record<string, string>
  /** After how many seconds to try again, where the server said so. */
  readonly retryAfter: number
  /** What is wrong where, of an invalid request. */
  readonly errors: readonly FieldError[]
  /** Where something is used that was to be deleted. */
  readonly uses: readonly Use[]

  constructor(status: number, code: string, params: Record<string, string> = {}, retryAfter = 0, body: Details = {}) {
    super(`${status} ${code}`)
    this.status = status
    this.code = code
    this.params = params
    this.retryAfter = retryAfter
    this.errors = body.errors ?? []
    this.uses = body.uses ?? []
  }
}

export interface FieldError {
  /** body.name */
  location: string
  code: string
  params?: Record<string, string>
}

export interface Use {
  subject: string
  id: string
  name: string
}

interface Details {
  errors?: FieldError[]
  uses?: Use[]
}

async function problem(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After')) || 0
  try {
    const body = (await response.json()) as Details & { code?: string; params?: Record<string, string> }
    return new ApiError(response.status, body.code ?? 'internal', body.params ?? {}, retryAfter, body)
  } catch {
    return new ApiError(response.status, response.status >= 502 ? 'unavailable' : 'internal', {}, retryAfter)
  }
}

/** Posts something that is done once for each key, however often it is sent. Throws an ApiError. */
export async function sendOnce<T>(path: string, body: unknown, key: string): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key }
  const sent = fetch(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const response = await sent.catch(() => null)
  if (!response) throw new ApiError(0, 'unreachable')
  if (!response.ok) throw await problem(response)
  return (await response.json()) as T
}

/** Asks the server. Path is relative to /api/v1. Throws an ApiError. */
export async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: body === undefined ? { Accept: 'application/json' } : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    })
  } catch {
    throw new ApiError(0, 'unreachable')
  }
  if (!response.ok) throw await problem(response)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** Sends a file as the part "file" of a form. Throws an ApiError. */
export async function upload<T>(path: string, file: Blob, name: string, signal?: AbortSignal): Promise<T> {
  const form = new FormData()
  form.append('file', file, name)
  const sent = fetch(`/api/v1${path}`, { method: 'POST', headers: { Accept: 'application/json' }, body: form, signal })
  const response = await sent.catch(() => null)
  if (!response) throw new ApiError(0, 'unreachable')
  if (!response.ok) throw await problem(response)
  return (await response.json()) as T
}

/** Fetches a file. Throws an ApiError. */
export async function download(path: string): Promise<Blob> {
  const response = await fetch(`/api/v1${path}`).catch(() => null)
  if (!response) throw new ApiError(0, 'unreachable')
  if (!response.ok) throw await problem(response)
  return await response.blob()
}
