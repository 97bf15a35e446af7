/**
 * Keeps what is costly to write and changes with a round only. What was written under an earlier revision, or before the
 * engine evaluated again, is written anew.
 */
export function createRoundCache<Value>(
  state: () => { readonly roundMs: number | undefined; readonly revision: number },
  write: (roundMs: number | undefined) => Value,
): () => Value {
  let kept: { readonly roundMs: number | undefined; readonly revision: number; readonly value: Value } | undefined;
  return () => {
    const { revision, roundMs } = state();
    // Before the first round there is nothing that a later call would be told by.
    if (kept === undefined || roundMs === undefined || kept.roundMs !== roundMs || kept.revision !== revision)
      kept = { roundMs, revision, value: write(roundMs) };
    return kept.value;
  };
}
