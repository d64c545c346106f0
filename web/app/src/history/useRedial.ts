import { useDesk } from '../app/deskContext.ts'
import { useWindows } from '../app/windows.ts'

/** Opens 걸기 with a number filled in, never dials by itself. Null while the agent cannot call. */
export function useRedial(): ((number: string) => void) | null {
  const { view } = useDesk()
  const { show } = useWindows()
  if (!view || view.presence === 'signed_out' || view.occupation !== 'free') return null
  return (number) => show('dial', number)
}
