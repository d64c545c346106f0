import type { ko } from './ko.ts'

/** The shape of every catalogue: the keys of the Korean one, each with words of its own language. */
export type Catalogue = Words<typeof ko>

type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> }
