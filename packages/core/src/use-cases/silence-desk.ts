import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import type { Clock } from "../ports/clock.js";
import type { IdSource } from "../ports/id-source.js";
import { decideSilence, type Silence, type SilenceCommand, type SilenceRejection } from "../routing/silence.js";
import type { Schedule } from "../routing/time-interval.js";
import { commitDecided } from "./commit-decided.js";
import type { Journal } from "./journal.js";
import { SILENCE_PREFIX, type SilenceBook } from "./silence-book.js";

/** What a person asks to be kept quiet. */
export type SilenceRequest = {
  /** In Alertmanager's syntax. */
  readonly matchers: string;
  readonly schedule: Schedule;
  readonly author: string;
  readonly reason: string;
  /** Makes the same request the same silence; absent: every request is one of its own. */
  readonly id?: string;
};

/** Makes, extends and ends silences in people's names; each change is an event, and so comes into the audit trail. */
export type SilenceDesk = {
  /** With an id that is known, the silence of that id as it stands. */
  create(request: SilenceRequest): Promise<Result<Silence, SilenceRejection>>;
  extend(
    id: string,
    change: { readonly endsAtMs: number; readonly author: string; readonly reason: string },
  ): Promise<Result<Silence, SilenceRejection>>;
  /** Ends it now, whatever its end was. */
  expire(id: string, change: { readonly author: string }): Promise<Result<Silence, SilenceRejection>>;
};

export function createSilenceDesk(options: {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly journal: Journal;
  readonly book: SilenceBook;
  /** Publishes what was written; from there it comes into the audit trail. */
  readonly relay: () => Promise<unknown>;
}): SilenceDesk {
  const { book, clock, ids, journal } = options;

  const carryOut = async (
    id: string,
    actor: string,
    command: SilenceCommand,
  ): Promise<Result<Silence, SilenceRejection>> => {
    const rejection = await commitDecided(journal, () => {
      if (command.type === "create" && book.get(id) !== undefined) return success([]);
      const decided = decideSilence(book.get(id), command, { actor, nowMs: clock.now().toMillis() });
      if (!decided.ok) return decided;
      const { atMs, data, type } = decided.value;
      return success([{ stream: `${SILENCE_PREFIX}${id}`, entries: [{ type, atMs, actor, data: toJson(data) }] }]);
    });
    if (rejection !== undefined) return failure(rejection);
    await options.relay();
    return success(book.get(id) as Silence);
  };

  return {
    create({ author, id = ids.next(), matchers, reason, schedule }) {
      return carryOut(id, author, { type: "create", id, matchers, schedule, reason });
    },
    extend: (id, { author, endsAtMs, reason }) => carryOut(id, author, { type: "extend", endsAtMs, reason }),
    expire: (id, { author }) => carryOut(id, author, { type: "expire" }),
  };
}
