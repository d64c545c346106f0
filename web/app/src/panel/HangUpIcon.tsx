/** A handset laid down: 끊기. */
export function HangUpIcon() {
  return (
    <svg
      className="i l"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M3.5 15.5l1.5 1.5a1.5 1.5 0 0 0 2 0l1.8-1.6a1 1 0 0 0 .3-.9l-.4-2a11 11 0 0 1 6.6 0l-.4 2a1 1 0 0 0 .3.9l1.8 1.6a1.5 1.5 0 0 0 2 0l1.5-1.5c.6-.6.7-1.6.1-2.3-4.8-5.3-12.4-5.3-17.2 0-.6.7-.5 1.7.1 2.3z" />
    </svg>
  )
}
