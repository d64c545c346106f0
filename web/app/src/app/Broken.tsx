import i18next from 'i18next'
import { Component, type ReactNode } from 'react'

/** Catches a screen that cannot be drawn, so that the agent is told what to do instead of seeing nothing. */
export class Broken extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <main className="splash">
        <div className="empty" role="alert">
          <h1>{i18next.t('app.crashed')}</h1>
          <p>{i18next.t('app.crashedHint')}</p>
          <button type="button" className="btn primary" onClick={() => window.location.reload()}>
            {i18next.t('app.reload')}
          </button>
        </div>
      </main>
    )
  }
}
