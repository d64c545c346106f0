import i18next from 'i18next'
import { Component, type ComponentType, lazy, type ReactNode, Suspense } from 'react'

interface Later {
  (): ReactNode
  /** Fetches the code, so that the screen opens at once. */
  fetch: () => void
}

const all: Later[] = []

/**
 * A screen whose code is not part of the first load. Until it has come there is nothing to see. It is fetched when the browser
 * is idle, or, for screens that few people open, on demand.
 */
export function later(load: () => Promise<ComponentType>, when: 'idle' | 'on demand' = 'idle'): Later {
  let coming: Promise<{ default: ComponentType }> | null = null
  const fetch = () => {
    coming ??= load().then((screen) => ({ default: screen }))
    coming.catch(() => {
      coming = null
    })
    return coming
  }
  const Screen = lazy(fetch)
  const screen: Later = Object.assign(
    () => (
      <Missing>
        <Suspense fallback={null}>
          <Screen />
        </Suspense>
      </Missing>
    ),
    { fetch: () => void fetch().catch(() => undefined) },
  )
  if (when === 'idle') all.push(screen)
  return screen
}

/** Fetches what is left, once the browser has nothing else to do. Safari has no idle callback. */
export function fetchWhenIdle(): () => void {
  const fetchAll = () => {
    for (const screen of all) screen.fetch()
  }
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(fetchAll, 1_500)
    return () => clearTimeout(timer)
  }
  const idle = requestIdleCallback(fetchAll, { timeout: 5_000 })
  return () => cancelIdleCallback(idle)
}

/** A screen that does not come, say because the server has a newer program, must not take the phone with it. */
class Missing extends Component<{ children: ReactNode }, { missing: boolean }> {
  override state = { missing: false }

  static getDerivedStateFromError() {
    return { missing: true }
  }

  override render() {
    if (!this.state.missing) return this.props.children
    return (
      <div className="empty missing" role="alert">
        <h2>{i18next.t('app.crashed')}</h2>
        <p>{i18next.t('app.crashedHint')}</p>
        <button type="button" className="btn" onClick={() => window.location.reload()}>
          {i18next.t('app.reload')}
        </button>
      </div>
    )
  }
}
