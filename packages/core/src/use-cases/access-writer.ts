import type { AccessEvent } from "../access/access-event.js";
import { decideAccess, type AccessCommand, type AccessRefusal } from "../access/decide-access.js";
import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { accessStream, type AccessBook } from "./access-book.js";
import { commitDecided } from "./commit-decided.js";
import type { Journal, StreamEntries } from "./journal.js";

/** Carries out one command about access: decided on the newest state, stored, published. */
export type AccessWriter = (command: AccessCommand) => Promise<Result<void, AccessRefusal>>;

export function createAccessWriter(options: {
  readonly journal: Journal;
  readonly book: AccessBook;
  /** Publishes what was written; from there it comes into the audit trail. */
  readonly relay: () => Promise<unknown>;
}): AccessWriter {
  const { book, journal, relay } = options;
  return async (command) => {
    const refusal = await commitDecided(journal, () => {
      const decided = decideAccess(book.state(), command);
      return decided.ok ? success(decided.value.map(toEntries)) : decided;
    });
    if (refusal !== undefined) return failure(refusal);
    await relay();
    return success(undefined);
  };
}

function toEntries(event: AccessEvent): StreamEntries {
  const { actor, atMs, type } = event;
  const data = toJson(event.data);
  return { stream: accessStream(event), entries: [{ type, atMs, actor, data }] };
}
