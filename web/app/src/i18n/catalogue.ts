import type { ko } from './ko.ts'

/** The shape of every catalogue: the keys of the Korean one, each with words of its own language. */
export type Catalogue = Words<typeof ko>

/** The same keys as a Korean catalogue, or a part of one, with words of another language. */
export type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> }
