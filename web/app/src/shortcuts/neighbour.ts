/** The ticket after or before the one that is open; from elsewhere the first or the last. Null at the end of the list. */
export function neighbour(numbers: readonly number[], pathname: string, step: 1 | -1): number | null {
  const open = Number(/^\/tickets\/(\d+)$/.exec(pathname)?.[1])
  const at = numbers.indexOf(open)
  if (at < 0) return numbers.at(step === 1 ? 0 : -1) ?? null
  return numbers[at + step] ?? null
}
