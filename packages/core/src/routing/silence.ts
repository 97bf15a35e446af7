import type { Labels } from "../alert/labels.js";
import { failure, success, type Result } from "../errors/result.js";
import { formatMatchers, type LabelMatcher } from "./label-matcher.js";
import { createMatcherIndex } from "./matcher-index.js";
import { parseMatchers } from "./parse-matchers.js";
import { scheduledAt, type Schedule } from "./time-interval.js";

/** Keeps alerts that match from telling anybody while it is on; they are stored and shown all the same. */
export type Silence = Schedule & {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  readonly author: string;
  readonly reason: string;
  readonly createdAtMs: number;
  /** Who ended it early, and when. */
  readonly expired?: { readonly by: string; readonly atMs: number };
  /** What it was extended for: the same cause again changes nothing. */
  readonly causes?: readonly string[];
};

export type SilenceStatus = "pending" | "active" | "expired";

/** What happened to a silence. */
export type SilenceEvent =
  | {
      readonly type: "silence.created";
      readonly atMs: number;
      readonly actor: string;
      readonly data: Omit<Silence, "expired" | "causes">;
    }
  | {
      readonly type: "silence.extended";
      readonly atMs: number;
      readonly actor: string;
      readonly data: {
        readonly id: string;
        readonly endsAtMs: number;
        readonly reason: string;
        readonly causeId?: string;
      };
    }
  | {
      readonly type: "silence.expired";
      readonly atMs: number;
      readonly actor: string;
      readonly data: { readonly id: string };
    };

/** What is asked of silences. */
export type SilenceCommand =
  | {
      readonly type: "create";
      readonly id: string;
      /** In Alertmanager's syntax. */
      readonly matchers: string;
      readonly schedule: Schedule;
      readonly reason: string;
    }
  | { readonly type: "extend"; readonly endsAtMs: number; readonly reason: string; readonly causeId?: string }
  | { readonly type: "expire" };

/** Why a silence is not made or changed. */
export type SilenceRejection = {
  readonly code:
    | "bad-matchers"
    | "matches-everything"
    | "no-reason"
    | "bad-interval"
    | "already-expired"
    | "unknown-silence"
    | "not-longer";
  readonly message: string;
};

/** Longer than any work that one plans for; what is meant to last is a route without a receiver, or no alert at all. */
export const LONGEST_SILENCE_MS = 366 * 86_400_000;

// The first instant that can be written.
const EARLIEST_MS = -8.64e15;

/** Decides on a command; `silence` is the one that it is about, undefined for a new one. */
export function decideSilence(
  silence: Silence | undefined,
  command: SilenceCommand,
  { actor, nowMs }: { readonly actor: string; readonly nowMs: number },
): Result<SilenceEvent, SilenceRejection> {
  if (actor.trim() === "") return refuse("no-reason", "a silence needs the name of whoever asks for it");
  if (command.type === "create") return create(command, actor, nowMs);
  if (silence === undefined)
    return refuse("unknown-silence", "there is no such silence; list them to see which there are");
  if (silenceStatus(silence, nowMs) === "expired") {
    return refuse("already-expired", `the silence ${silence.id} is over; make a new one`);
  }
  const { id } = silence;
  if (command.type === "expire") return success({ type: "silence.expired", atMs: nowMs, actor, data: { id } });
  const { causeId, endsAtMs, reason } = command;
  if (!(endsAtMs > silence.endsAtMs)) {
    return refuse("not-longer", "an extension ends later than the silence does now; expire it to end it earlier");
  }
  const problem = intervalProblem({ ...silence, startsAtMs: nowMs, endsAtMs }, nowMs) ?? reasonProblem(reason);
  if (problem !== undefined) return failure(problem);
  return success({
    type: "silence.extended",
    atMs: nowMs,
    actor,
    data: { id, endsAtMs, reason, ...(causeId === undefined ? {} : { causeId }) },
  });
}

function create(
  { id, matchers: text, reason, schedule }: Extract<SilenceCommand, { type: "create" }>,
  actor: string,
  nowMs: number,
): Result<SilenceEvent, SilenceRejection> {
  const parsed = parseMatchers(text);
  if (!parsed.ok) return refuse("bad-matchers", `the matchers, ${parsed.error.message}`);
  // As in Alertmanager: at least one that does not match an alert without its label.
  if (parsed.value.every((matcher) => matcher.matches({}))) {
    return refuse(
      "matches-everything",
      "each matcher also takes alerts without its label; add one that names a value that must be there",
    );
  }
  const problem = intervalProblem(schedule, nowMs) ?? reasonProblem(reason);
  if (problem !== undefined) return failure(problem);
  const matchers = parsed.value.map(({ name, operator, value }) => ({ name, operator, value }));
  const data = { ...schedule, id, matchers, author: actor, reason, createdAtMs: nowMs };
  return success({ type: "silence.created", atMs: nowMs, actor, data });
}

function intervalProblem({ endsAtMs, startsAtMs }: Schedule, nowMs: number): SilenceRejection | undefined {
  // First, for a silence that names no start begins now: that its end is past is what is wrong with it then.
  if (endsAtMs <= nowMs) {
    const end = new Date(Math.max(endsAtMs, EARLIEST_MS)).toISOString();
    return rejection("bad-interval", `the silence's end ${end} is past; give one that is to come`);
  }
  if (!(startsAtMs < endsAtMs)) return rejection("bad-interval", "the silence ends before it begins; give from < to");
  if (!(endsAtMs - startsAtMs <= LONGEST_SILENCE_MS)) {
    return rejection("bad-interval", "a silence lasts 366 days at most; give an earlier end");
  }
  return undefined;
}

function reasonProblem(reason: string): SilenceRejection | undefined {
  return reason.trim() === ""
    ? rejection("no-reason", "a silence needs a reason, for whoever wonders later")
    : undefined;
}

function rejection(code: SilenceRejection["code"], message: string): SilenceRejection {
  return { code, message };
}

function refuse(code: SilenceRejection["code"], message: string) {
  return failure(rejection(code, message));
}

/** Applies an event to its silence. An event that fits no state, such as one of an unknown silence, changes nothing. */
export function evolveSilence(silence: Silence | undefined, event: SilenceEvent): Silence | undefined {
  if (event.type === "silence.created") return event.data;
  if (silence === undefined) return undefined;
  if (event.type === "silence.extended") {
    const { causeId, endsAtMs } = event.data;
    const { causes = [] } = silence;
    return { ...silence, endsAtMs, ...(causeId === undefined ? {} : { causes: [...causes, causeId] }) };
  }
  return { ...silence, expired: { by: event.actor, atMs: event.atMs } };
}

/** A recurring silence is active from its start to its end, also between its times. */
export function silenceStatus({ endsAtMs, expired, startsAtMs }: Silence, atMs: number): SilenceStatus {
  if (expired !== undefined || endsAtMs <= atMs) return "expired";
  return startsAtMs <= atMs ? "active" : "pending";
}

/** Tells whether a silence keeps its alerts quiet at an instant. */
export function silencesAt(silence: Silence, atMs: number): boolean {
  return silence.expired === undefined && scheduledAt(silence, atMs);
}

/** Finds the silences that an alert meets, among very many. */
export type SilenceIndex = {
  put(silence: Silence): void;
  drop(id: string): void;
  matching(labels: Labels, atMs: number): readonly Silence[];
};

export function createSilenceIndex(): SilenceIndex {
  const index = createMatcherIndex<Silence>();
  return {
    put(silence) {
      // Through the parser once more: what is stored is words, and a store may be older than today's rules for patterns.
      const matchers = parseMatchers(formatMatchers(silence.matchers));
      if (matchers.ok) index.add(silence.id, matchers.value, silence);
      else index.remove(silence.id);
    },
    drop: (id) => index.remove(id),
    matching: (labels, atMs) => index.matching(labels, (silence) => silencesAt(silence, atMs)),
  };
}
