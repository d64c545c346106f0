/** Words of the phone's devices, check, shortcuts and history, in Korean. They are part of the catalogue in ko.ts. */
export const koPhone = {} as const
