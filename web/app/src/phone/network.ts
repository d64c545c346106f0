/** Tells when the computer's network has changed: plugged in, another Wi-Fi, a VPN. The function it returns ends that. */
export function onNetworkChange(listener: () => void): () => void {
  const connection = (navigator as { connection?: EventTarget }).connection
  window.addEventListener('online', listener)
  connection?.addEventListener('change', listener)
  return () => {
    window.removeEventListener('online', listener)
    connection?.removeEventListener('change', listener)
  }
}
