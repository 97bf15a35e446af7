import type { Result } from "../errors/result.js";
import type { Journal, StreamEntries } from "./journal.js";

/** Commits what is decided on the newest state; answers the refusal where there is one, and nothing is written then. */
export async function commitDecided<Refusal>(
  journal: Pick<Journal, "commit">,
  decide: () => Result<readonly StreamEntries[], Refusal>,
): Promise<Refusal | undefined> {
  let refusal: Refusal | undefined;
  await journal.commit(() => {
    // Asked again where another process wrote first: only what was decided last counts.
    const decided = decide();
    refusal = decided.ok ? undefined : decided.error;
    return decided.ok ? decided.value : [];
  });
  return refusal;
}
