import type { TFunction } from 'i18next'
import { withRo } from '../i18n/korean.ts'
import type { DeskState } from '../phone/desk.ts'
import { isMuted, screenState, wordOf } from '../phone/state.ts'
import { callerLine, targetName } from './caller.ts'
import { consultFailedWord } from './consultFailed.ts'

/** What a screen reader says: polite waits its turn, assertive does not. Null says nothing new. */
export interface Announcement {
  polite: string | null
  assertive: string | null
}

/** What a change of the phone is worth saying. */
export function announce(before: DeskState, after: DeskState, t: TFunction): Announcement {
  return { polite: politely(before, after, t), assertive: assertively(before, after, t) }
}

function politely(before: DeskState, after: DeskState, t: TFunction): string | null {
  if (before.link.phase === 'up' && after.link.phase === 'lost') return t('live.linkLost')
  if (before.link.lostAt !== null && after.link.phase === 'up') return t('live.linkBack')
  if (isMuted(before) !== isMuted(after) && after.view?.call) return t(isMuted(after) ? 'live.muted' : 'live.unmuted')
  const failed = after.view?.notice?.kind === 'consult_failed' ? after.view.notice : null
  if (failed && before.view?.notice?.at !== failed.at) {
    return t(consultFailedWord(failed.reason), { name: targetName(after.lastTarget, t) })
  }
  const was = screenState(before)
  const is = screenState(after)
  const sameKind = is !== 'work' || before.view?.kind === after.view?.kind
  if (is === 'loading' || is === 'offered' || was === 'loading' || (was === is && sameKind)) return null
  const state = t(wordOf(is, after.view?.kind))
  return t('live.state', { state, stateTo: withRo(state) })
}

function assertively(before: DeskState, after: DeskState, t: TFunction): string | null {
  const call = after.view?.occupation === 'offered' ? after.view.call : null
  if (call && (before.view?.call?.id !== call.id || before.view.occupation !== 'offered')) {
    if (call.consulted) return t('live.ask', { name: call.from || t('told.someone') })
    const words = { caller: callerLine(call, t), queue: call.queue.name }
    return call.reoffered ? t('live.offerAgain', words) : t('live.offer', words)
  }
  return null
}
