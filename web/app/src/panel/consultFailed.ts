const words = ['busy', 'no_answer', 'refused', 'unallocated', 'network_error', 'no_agent', 'target_hangup'] as const

/** The key of the sentence for why whom the agent consulted did not come, or left (D8). */
export function consultFailedWord(reason: string): `told.consult_failed_${(typeof words)[number] | 'other'}` {
  return `told.consult_failed_${words.find((word) => word === reason) ?? 'other'}`
}
