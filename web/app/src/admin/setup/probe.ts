import { useQuery } from '@tanstack/react-query'
import { request } from '../../api/client.ts'
import type { AreaPath } from '../frame/areas.ts'
import words from './words.json'

/** How well something is; see the server's SetupFinding. */
export type ProbeState = 'ok' | 'warning' | 'missing' | 'failing'

export interface Finding {
  state: ProbeState
  code: string
  params?: Record<string, string>
}

/** Where an item of the set-up is mended; those that are missing here are mended in the server's settings. */
export const places: Partial<Record<string, AreaPath>> = {
  https: 'network',
  turn: 'network',
  trunk: 'trunks',
  organisation: 'services',
  caller_ids: 'caller-ids',
  queue: 'queues',
  agent: 'cti',
  number: 'numbers',
  announcements: 'sounds',
}

/** What the server finds when it tries the item now. */
export function useProbe(item: string) {
  return useQuery({
    queryKey: ['admin', 'setup', item],
    queryFn: () => request<{ findings: Finding[] }>('GET', `/admin/setup/${item}`),
    staleTime: 0,
    retry: false,
  })
}

/** What was found and, where there is something to mend, how. */
export function probeWords(finding: Finding, language: string): { what: string; mend: string } {
  const known = (words as Record<string, Record<string, string[]>>)[finding.code]
  const [what = finding.code, mend = ''] = known?.[language.startsWith('en') ? 'en' : 'ko'] ?? []
  const filled = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name) => finding.params?.[name] ?? whole)
  return { what: filled(what), mend: filled(mend) }
}

const order: readonly ProbeState[] = ['ok', 'warning', 'missing', 'failing']

/** The worst of what was found. */
export function worst(findings: readonly Finding[]): ProbeState {
  return findings.reduce<ProbeState>((w, f) => (order.indexOf(f.state) > order.indexOf(w) ? f.state : w), 'ok')
}
