import { useLocation } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'

const storageKey = 'bellhop.phone.collapsed'

/** Below these widths the panel lies over the page; below the second it covers it. */
const drawer = 1024
const whole = 768

/** Where this browser came in: whoever asked for a page wants to see it, whoever did not wants the phone. */
const landing = globalThis.location?.pathname ?? '/'

/** Whether the panel is folded into the call bar. Narrow screens start folded; wide ones as they were left. */
export function useCollapse(alone: boolean) {
  const [collapsed, setCollapsed] = useState(startCollapsed)
  const keep = useCallback((value: boolean) => {
    setCollapsed(value)
    localStorage.setItem(storageKey, value ? '1' : '0')
  }, [])
  useFoldForPages(useCallback(() => setCollapsed(true), []))
  return {
    collapsed: collapsed && !alone,
    open: useCallback(() => keep(false), [keep]),
    close: useCallback(() => keep(true), [keep]),
  }
}

/** Choosing a page folds a panel that lies over it. A call that brings its ticket along does not: nobody chose it. */
function useFoldForPages(fold: () => void): void {
  const { pathname, state } = useLocation()
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    if (pathname === '/phone' || state.byCall || window.innerWidth >= drawer) return
    fold()
    // The link that was pressed may be gone with the panel.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById('main')?.focus()
    })
  }, [pathname, state, fold])
}

function startCollapsed(): boolean {
  const width = window.innerWidth
  if (width < whole) return landing !== '/' && landing !== '/phone'
  return width < drawer || localStorage.getItem(storageKey) === '1'
}
