import { useCallback, useState } from 'react'

const storageKey = 'bellhop.phone.collapsed'

/** Whether the panel is folded into the call bar. Narrow screens start folded; wide ones as they were left. */
export function useCollapse(alone: boolean) {
  const [collapsed, setCollapsed] = useState(startCollapsed)
  const keep = useCallback((value: boolean) => {
    setCollapsed(value)
    localStorage.setItem(storageKey, value ? '1' : '0')
  }, [])
  return {
    collapsed: collapsed && !alone,
    open: useCallback(() => keep(false), [keep]),
    close: useCallback(() => keep(true), [keep]),
  }
}

function startCollapsed(): boolean {
  const width = window.innerWidth
  if (width >= 768 && width < 1024) return true
  return width >= 1024 && localStorage.getItem(storageKey) === '1'
}
