/** One field that a change touched. */
export interface Difference {
  field: string
  was: unknown
  is: unknown
}

type Document = Record<string, unknown>

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isScalarList = (value: unknown) => Array.isArray(value) && value.every((v) => typeof v !== 'object' || v === null)

/** What differs between two documents, field by field; objects and lists of objects are looked into. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const parts = (value: unknown): Document | null => {
    if (isDocument(value)) return value
    if (Array.isArray(value) && !isScalarList(value)) return Object.fromEntries(value.map((v, i) => [`[${i}]`, v]))
    return null
  }
  const was = parts(before)
  const is = parts(after)
  if (!was && !is) return [{ field: path, was: before, is: after }]
  if ((before !== null && before !== undefined && !was) || (after !== null && after !== undefined && !is)) {
    return [{ field: path, was: before, is: after }]
  }
  const keys = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])]
  return keys.flatMap((key) =>
    differences(was?.[key], is?.[key], key.startsWith('[') || path === '' ? `${path}${key}` : `${path}.${key}`),
  )
}
