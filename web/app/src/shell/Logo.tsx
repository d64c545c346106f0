/** The desk bell, the mark of Bellhop. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg
      className={className}
      viewBox="0 0 36 36"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M7 24a11 11 0 0 1 22 0z" fill="currentColor" stroke="none" />
      <path d="M5 28h26" />
      <path d="M18 12V9M15.500 8h5" />
      <path d="M8 12.500a13 13 0 0 1 4-4M28 12.500a13 13 0 0 0-4-4" opacity=".65" />
    </svg>
  )
}
