import type { CallView } from './view.ts'

const blinkMs = 1_000

/** The page's title and icon. While an offer rings they change to and fro, once a second. */
export class TitleBell {
  #base = 'Bellhop'
  #text = ''
  #timer: ReturnType<typeof setInterval> | undefined
  #on = false
  readonly #words: (call: CallView) => string

  constructor(words: (call: CallView) => string) {
    this.#words = words
  }

  /** Sets the title of the page that is open. */
  setBase(title: string): void {
    this.#base = title
    if (!this.#on) document.title = title
  }

  start(call: CallView): void {
    this.#text = this.#words(call)
    clearInterval(this.#timer)
    this.#show(true)
    this.#timer = setInterval(() => this.#show(!this.#on), blinkMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#show(false)
  }

  #show(on: boolean): void {
    this.#on = on
    document.title = on ? `● ${this.#text}` : this.#base
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon) icon.href = on ? '/icon-ring.svg' : '/icon.svg'
  }
}

/** What a desktop notification says. */
export interface NotificationWords {
  title: string
  body: string
}

/** The desktop notification of an offer: stays until the offer ends, and leads to the page when clicked. */
export class DesktopBell {
  #shown: Notification | null = null
  readonly #words: (call: CallView) => NotificationWords

  constructor(words: (call: CallView) => NotificationWords) {
    this.#words = words
  }

  /** Asks whether notifications may be shown. Call it from a click. */
  ask(): void {
    if (typeof Notification === 'undefined' || Notification.permission !== 'default') return
    void Notification.requestPermission().catch(() => undefined)
  }

  show(call: CallView): void {
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return
    const { title, body } = this.#words(call)
    try {
      this.#shown = new Notification(title, { body, tag: call.id, requireInteraction: true, icon: '/icon-ring.svg' })
      this.#shown.onclick = () => window.focus()
    } catch {
      // Some phones' browsers allow notifications only from a service worker. The page rings anyway.
    }
  }

  close(): void {
    this.#shown?.close()
    this.#shown = null
  }
}
