import type { AgentView } from '../phone/view.ts'

/** What an agent should know about the server: the most important thing only. */
export type ServerNews = 'fenced' | 'draining' | 'records_late' | 'journal_down'

export function serverNews(
  view: Pick<AgentView, 'fenced' | 'draining' | 'records_late' | 'journal_ok'>,
): ServerNews | null {
  if (view.fenced) return 'fenced'
  if (view.draining) return 'draining'
  if (view.records_late) return 'records_late'
  return view.journal_ok ? null : 'journal_down'
}
