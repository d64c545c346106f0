/** A word with the particle 로 or 으로, by its last syllable: 통화중으로, 대기로, 업무(교육)으로. */
export function withRo(word: string): string {
  const last = [...word.replaceAll(/[^가-힣]/g, '')].at(-1)
  if (!last) return `${word}(으)로`
  const final = ((last.codePointAt(0) ?? 0) - 0xac00) % 28
  return `${word}${final === 0 || final === 8 ? '로' : '으로'}`
}
