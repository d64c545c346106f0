const two = (n: number) => String(n).padStart(2, '0')

/** A call timer: 04:12, from an hour on 1:04:12. Never negative. */
export function clockTimer(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const h = Math.floor(seconds / 3600)
  const m = Math.floor(seconds / 60) % 60
  return h > 0 ? `${h}:${two(m)}:${two(seconds % 60)}` : `${two(m)}:${two(seconds % 60)}`
}

/** A span cut into hours, minutes and seconds. */
export function spanParts(ms: number): { hours: number; minutes: number; seconds: number } {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return { hours: Math.floor(seconds / 3600), minutes: Math.floor(seconds / 60) % 60, seconds: seconds % 60 }
}

/** 2026-11-20, in the reader's time zone. Something that is no time is ''. */
export function day(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? '' : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** 16:52, in the reader's time zone. */
export function hour(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? '' : `${two(at.getHours())}:${two(at.getMinutes())}`
}

/** 16:52:10, in the reader's time zone. */
export function second(iso: string): string {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? '' : `${hour(iso)}:${two(at.getSeconds())}`
}

/** The hour today, the month and day this year, else the day. */
export function shortTime(iso: string, now = new Date()): string {
  const date = day(iso)
  if (date === day(now.toISOString())) return hour(iso)
  return date.startsWith(`${now.getFullYear()}-`) ? date.slice(5) : date
}
