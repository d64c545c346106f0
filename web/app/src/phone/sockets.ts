/** The part of a browser's WebSocket that the phone uses. */
export interface Socket {
  readonly readyState: number
  send(data: string): void
  close(code?: number, reason?: string): void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: (() => void) | null
}

export type OpenSocket = (url: string) => Socket

export const openBrowserSocket: OpenSocket = (url) => new WebSocket(url) as unknown as Socket

/** Takes a socket out of use: its late events reach nobody. */
export function abandon(socket: Socket | null): void {
  if (!socket) return
  socket.onopen = null
  socket.onmessage = null
  socket.onclose = null
  socket.onerror = null
  try {
    socket.close()
  } catch {
    // A socket that cannot be closed is closed.
  }
}

/** Decodes a JSON object with a type; anything else is null. */
export function decode(data: unknown): { type: string; [key: string]: unknown } | null {
  if (typeof data !== 'string') return null
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string') {
      return value as { type: string }
    }
  } catch {
    return null
  }
  return null
}
