import { RESPONSE_TARGETS, type ResponseTarget, type Severity } from "../../incident/severity.js";
import type { RecurringInterval } from "../../slo/correction.js";
import { coveredAt, coveredIntervals } from "../../slo/covered-time.js";

/** How pressing a message is to the person who gets it. */
export type Urgency = "page" | "ticket" | "info";

/** A person's own rule: messages of this urgency go to this channel, so long after the step fired. */
export type NotificationRule = {
  readonly urgency: Urgency;
  /** The severities it is for, so that a SEV2 may come by chat and a SEV1 by phone; absent: every one of the urgency. */
  readonly severities?: readonly Severity[];
  /** Every contact of the person at this notifier. */
  readonly notifier: string;
  readonly afterMs: number;
  /** The local times at which it is for; absent: always. */
  readonly within?: RecurringInterval;
};

/** Someone, as far as reaching them goes. */
export type ReachablePerson = {
  readonly id: string;
  /** In the order of preference. */
  readonly contacts: readonly { readonly notifier: string; readonly address?: string }[];
  readonly rules?: readonly NotificationRule[];
};

/** One message that a person is to get. */
export type PlannedSend = {
  readonly notifier: string;
  readonly address?: string;
  /** From when the step fired; not sent where somebody has acknowledged by then. */
  readonly afterMs: number;
};

/** Somebody, and how they are to be reached. */
export type PagedPerson = { readonly personId: string; readonly sends: readonly PlannedSend[] };

/** When somebody is told, and about what. */
export type TellingCircumstances = {
  readonly atMs: number;
  readonly urgency: Urgency;
  /** As the incident has it at that time. */
  readonly severity: Severity;
};

// People on call are to see a chat message as soon as a call; whom it reaches by what, their own rules say.
const URGENCIES: Readonly<Record<ResponseTarget["channel"], Urgency>> = {
  page: "page",
  chat: "page",
  ticket: "ticket",
  none: "ticket",
};

/** How pressing an incident of this severity is, by the channel that its response target names. */
export function urgencyOf(severity: Severity): Urgency {
  return URGENCIES[RESPONSE_TARGETS[severity].channel];
}

const DAY_MS = 86_400_000;
/** Nobody's window opens more rarely than this. */
const FARTHEST_WINDOW_MS = 8 * DAY_MS;

/**
 * Plans how a person is told, earliest first; empty only for a person without contacts.
 *
 * Only rules for the severity count. A page goes by those whose local time it is when they are due. Where that leaves none, it goes to every contact at
 * once: rules arrange pages and never lose one. A ticket or a word waits for the rule's time to come; without a rule it
 * goes to the first contact. Rules for a notifier that the person has no contact at count as not there. Throws a
 * RangeError for a zone or clock time that is none.
 */
export function planSends(
  person: ReachablePerson,
  { atMs, severity, urgency }: TellingCircumstances,
): readonly PlannedSend[] {
  const rules = (person.rules ?? []).filter(
    (rule) => rule.urgency === urgency && (rule.severities?.includes(severity) ?? true),
  );
  const planned = rules.flatMap((rule) => {
    const afterMs = urgency === "page" ? pageDelay(rule, atMs) : quietDelay(rule, atMs);
    if (afterMs === undefined) return [];
    return person.contacts
      .filter(({ notifier }) => notifier === rule.notifier)
      .map((contact) => send(contact, afterMs));
  });
  if (planned.length > 0) return withoutDoubles(planned).toSorted((left, right) => left.afterMs - right.afterMs);
  const contacts = urgency === "page" ? person.contacts : person.contacts.slice(0, 1);
  return withoutDoubles(contacts.map((contact) => send(contact, 0)));
}

function pageDelay({ afterMs, within }: NotificationRule, atMs: number): number | undefined {
  if (within === undefined || coveredAt({ kind: "recurring", interval: within }, atMs + afterMs)) return afterMs;
  return undefined;
}

function quietDelay({ afterMs, within }: NotificationRule, atMs: number): number | undefined {
  if (within === undefined) return afterMs;
  const dueMs = atMs + afterMs;
  const [window] = coveredIntervals({ kind: "recurring", interval: within }, dueMs, dueMs + FARTHEST_WINDOW_MS);
  return window === undefined ? undefined : window.fromMs - atMs;
}

function send({ notifier, address }: ReachablePerson["contacts"][number], afterMs: number): PlannedSend {
  return { notifier, ...(address === undefined ? {} : { address }), afterMs };
}

function withoutDoubles(sends: readonly PlannedSend[]): readonly PlannedSend[] {
  return [...new Map(sends.map((one) => [JSON.stringify([one.notifier, one.address, one.afterMs]), one])).values()];
}
