import type { DeskState } from './desk.ts'
import { isPending } from './state.ts'
import type { CallView } from './view.ts'

/** An offer may end while the line to the server is down; then the ring ends by the clock, this long after the deadline. */
const graceMs = 1_000

/** The offer that should ring now, or null. Answered, declined and expired offers do not ring. */
export function ringingOffer(desk: DeskState, serverNow: number): CallView | null {
  const call = desk.view?.call
  if (!call || desk.view?.occupation !== 'offered') return null
  if (call.answering || isPending(desk, call.id, 'accept', 'decline')) return null
  if (serverNow > Date.parse(call.offer_ends_at) + graceMs) return null
  return call
}

/** Whether this page makes the noise: the one whose loudspeaker will have the caller. */
export function soundsHere(desk: DeskState): boolean {
  return desk.media.phase !== 'off' && desk.media.phase !== 'elsewhere'
}

/** What a ring does to the world around the page. */
export interface Bells {
  tone: { start(): void; stop(): void }
  /** Makes title and icon blink. */
  title: { start(call: CallView): void; stop(): void }
  notification: { show(call: CallView): void; close(): void }
}

/** Rings and stops ringing, so that each bell is started and stopped once per offer. */
export class Ringer {
  readonly #bells: Bells
  #call = ''
  #loud = false

  constructor(bells: Bells) {
    this.#bells = bells
  }

  update(offer: CallView | null, loud: boolean): void {
    const call = offer?.id ?? ''
    if (call !== this.#call) {
      this.#stop()
      this.#call = call
      if (offer) this.#bells.title.start(offer)
    }
    if (!offer || loud === this.#loud) return
    this.#loud = loud
    if (loud) {
      this.#bells.tone.start()
      this.#bells.notification.show(offer)
    } else {
      this.#bells.tone.stop()
      this.#bells.notification.close()
    }
  }

  stop(): void {
    this.update(null, false)
  }

  #stop(): void {
    if (this.#loud) {
      this.#bells.tone.stop()
      this.#bells.notification.close()
    }
    if (this.#call) this.#bells.title.stop()
    this.#loud = false
  }
}
