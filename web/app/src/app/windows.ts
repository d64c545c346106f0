import { createContext, useContext } from 'react'

/** What can be open beside the panel. One at a time. */
export type WindowName = 'dial' | 'transfer' | 'keypad' | 'hostile' | 'devices' | 'shortcuts'

export interface Windows {
  open: WindowName | null
  /** The number that 걸기 was opened with. */
  number: string
  show: (name: WindowName, number?: string) => void
  /** Closes what is open, and gives the focus back. */
  close: () => void
}

export const WindowsContext = createContext<Windows>({
  open: null,
  number: '',
  show: () => undefined,
  close: () => undefined,
})

export function useWindows(): Windows {
  return useContext(WindowsContext)
}
