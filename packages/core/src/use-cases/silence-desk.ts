import { toJson } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";
import { versionMismatch, type SeenVersion, type Versioned, type VersionMismatch } from "../errors/version-mismatch.js";
import type { Clock } from "../ports/clock.js";
import type { IdSource } from "../ports/id-source.js";
import { decideSilence, type Silence, type SilenceCommand, type SilenceRejection } from "../routing/silence.js";
import type { Schedule } from "../routing/time-interval.js";
import { commitDecided } from "./commit-decided.js";
import type { Journal } from "./journal.js";
import type { Author } from "./refusal.js";
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

/** Why a silence is not made or changed, by itself or by what else was written meanwhile. */
export type SilenceRefusal = SilenceRejection | VersionMismatch;

/** Makes, extends and ends silences in people's names; each change is an event, and so comes into the audit trail. */
export type SilenceDesk = {
  /** With an id that is known, the silence of that id as it stands. */
  create(request: SilenceRequest): SilenceOutcome;
  /** The same cause again answers it as it stands, at whatever version. */
  extend(
    id: string,
    change: SeenVersion & {
      readonly endsAtMs: number;
      readonly author: string;
      readonly reason: string;
      readonly causeId?: string;
    },
  ): SilenceOutcome;
  /** Ends it now, whatever its end was. */
  expire(id: string, change: SeenVersion & { readonly author: string }): SilenceOutcome;
};

type SilenceOutcome = Promise<Result<Versioned<Silence>, SilenceRefusal>>;

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
    command: SilenceCommand,
    { actor, expectedVersion }: Author & SeenVersion,
  ): SilenceOutcome => {
    const rejection = await commitDecided<SilenceRefusal>(journal, () => {
      const silence = book.get(id);
      if (silence !== undefined && isDone(silence, command)) return success([]);
      const other = silence && versionMismatch(`The silence ${id}`, silence.version, expectedVersion);
      if (other !== undefined) return failure(other);
      const decided = decideSilence(silence, command, { actor, nowMs: clock.now().toMillis() });
      if (!decided.ok) return decided;
      const { atMs, data, type } = decided.value;
      return success([{ stream: `${SILENCE_PREFIX}${id}`, entries: [{ type, atMs, actor, data: toJson(data) }] }]);
    });
    if (rejection !== undefined) return failure(rejection);
    await options.relay();
    return success(book.get(id) as Versioned<Silence>);
  };

  return {
    create({ author, id = ids.next(), matchers, reason, schedule }) {
      return carryOut(id, { type: "create", id, matchers, schedule, reason }, { actor: author });
    },
    extend: (id, { author, expectedVersion, ...change }) =>
      carryOut(
        id,
        { type: "extend", ...change },
        { actor: author, ...(expectedVersion === undefined ? {} : { expectedVersion }) },
      ),
    expire: (id, { author, ...seen }) => carryOut(id, { type: "expire" }, { actor: author, ...seen }),
  };
}

/** Whether a command was carried out before: it may come again at whatever version. */
function isDone({ causes = [] }: Silence, command: SilenceCommand): boolean {
  if (command.type === "create") return true;
  return command.type === "extend" && command.causeId !== undefined && causes.includes(command.causeId);
}
