/** The mark on a ship's side: as deep as this and no deeper. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <circle cx="16" cy="16" r="10" fill="none" stroke="currentColor" strokeWidth="3.5" />
      <path d="M1 16h30" stroke="currentColor" strokeWidth="3.5" />
    </svg>
  );
}
