/** Korean numbers by their beginning: how many digits stand before each hyphen. */
function groups(digits: string): number[] | null {
  const n = digits.length
  if (/^1[568]\d{6}$/.test(digits)) return [4, 4] // 1588-0000, the numbers of whole companies
  if (/^02\d{7,8}$/.test(digits)) return [2, n - 6, 4]
  if (/^050\d{9}$/.test(digits)) return [4, 4, 4] // personal numbers, 0505-0000-0000
  if (/^050\d{8}$/.test(digits)) return [4, 3, 4]
  if (/^0\d{9,10}$/.test(digits)) return [3, n - 7, 4] // mobile, 070, 080, areas
  return null
}

/** Writes a number as Koreans read it, 010-1234-5678. What is not a Korean number stays as it is; none is ''. */
export function formatNumber(raw: string): string {
  const number = raw.trim()
  const korean = number.replace(/^\+82\s*0?/, '0').replaceAll(/[\s-]/g, '')
  if (!/^\d+$/.test(korean)) return number
  const sizes = groups(korean)
  if (!sizes) return korean === number.replaceAll(/[\s-]/g, '') ? korean : number
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0))
  return ends.map((end, i) => korean.slice(end - (sizes[i] ?? 0), end)).join('-')
}
