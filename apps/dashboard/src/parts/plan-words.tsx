/** A plan, as one reads it before one agrees to it. */
export function PlanWords({ label, words }: { readonly label: string; readonly words: readonly string[] }) {
  return (
    // What scrolls must be reachable by keyboard.
    <pre className="plan" tabIndex={0} role="region" aria-label={label}>
      {words.join("\n")}
    </pre>
  );
}
