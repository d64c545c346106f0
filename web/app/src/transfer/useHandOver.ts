import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWorkplace } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'
import { refusedWord } from '../panel/refused.ts'

export interface HandOver {
  /** He may use 바로전환. */
  blind: boolean
  /** Where a request is under way to, or ''. */
  busy: string
  /** Why the last one was refused, in words, or ''. */
  error: string
  clear: () => void
  go: (action: 'consult' | 'transfer', to: string) => void
}

/** 협의통화 and 바로전환 to a number. The window closes when the server has agreed. */
export function useHandOver(): HandOver {
  const { t } = useTranslation()
  const { view } = useDesk()
  const { desk } = useWorkplace()
  const { close } = useWindows()
  const [busy, setBusy] = useState('')
  const [error, setError] = useState('')
  const ask = async (action: 'consult' | 'transfer', to: string) => {
    if (busy) return
    setBusy(to)
    setError('')
    const result = await desk.handOver(action, to)
    setBusy('')
    if (result.ok) close()
    else setError(refusedWord(result.code, t))
  }
  return {
    blind: view?.blind === true,
    busy,
    error,
    clear: useCallback(() => setError(''), []),
    go: (action, to) => void ask(action, to),
  }
}
