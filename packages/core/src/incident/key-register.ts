import { failure, success, type Result } from "../errors/result.js";
import type { IncidentAbsorbed, IncidentEvent } from "./incident-event.js";
import { groupKey } from "./external/incident-group.js";
import { incidentKeys, incidentSignals, type IncidentKey } from "./incident-signal.js";
import type { IncidentState } from "./incident.js";

/** Which incident a deduplication key belongs to. `released` starts the cooldown; `closed` can never be reopened. */
export type KeyRegister = {
  readonly key: string;
  readonly incidentId: string;
  /** The firing that the incident was last about. */
  readonly alertId: string;
  /** When that firing last changed, as far as the incident heard: what is older was handled. */
  readonly alertAtMs: number;
} & (
  | { readonly status: "open" }
  | { readonly status: "released"; readonly releasedAtMs: number }
  | { readonly status: "closed"; readonly releasedAtMs: number }
);

/** What happened to a deduplication key; written in the same transaction as the incident's own events. */
export type KeyRegisterEvent = {
  readonly type:
    | "incident-key.opened"
    | "incident-key.reopened"
    /** Its incident was merged into another, or split: the key goes on with that one. */
    | "incident-key.moved"
    | "incident-key.released"
    | "incident-key.closed";
  readonly atMs: number;
  readonly actor: string;
  readonly data: {
    readonly key: string;
    readonly incidentId: string;
    readonly alertId: string;
    readonly alertAtMs: number;
    readonly causeId: string;
  };
};

/** Another incident has the key already: reopening this one would make two open at once. */
export type KeyTaken = {
  readonly code: "key-taken";
  readonly key: string;
  readonly incidentId: string;
  readonly takenBy: string;
  readonly message: string;
};

/** Names the stream that a deduplication key's events are in. */
export function incidentKeyStream(key: string): string {
  return `incident-key/${key}`;
}

/** Applies an event to a key's register entry. Word of an incident that has lost the key changes nothing. */
export function evolveRegister(entry: KeyRegister | undefined, event: KeyRegisterEvent): KeyRegister {
  const { key, incidentId, alertId, alertAtMs } = event.data;
  const owner = { key, incidentId, alertId, alertAtMs };
  switch (event.type) {
    case "incident-key.opened":
    case "incident-key.reopened":
    case "incident-key.moved":
      return { ...owner, status: "open" };
    case "incident-key.released":
      return entry !== undefined && entry.incidentId !== incidentId
        ? entry
        : { ...owner, status: "released", releasedAtMs: event.atMs };
    case "incident-key.closed":
      if (entry === undefined) return { ...owner, status: "closed", releasedAtMs: event.atMs };
      if (entry.incidentId !== incidentId) return entry;
      return { ...owner, status: "closed", releasedAtMs: entry.status === "open" ? event.atMs : entry.releasedAtMs };
  }
}

/**
 * Finds what an incident's new events mean for its own key, to be appended in the same transaction.
 *
 * `state` is the incident after those events. An incident that no alert opened has no key and gives nothing. Refused with
 * `key-taken` when it would open or reopen while another incident holds the key: then append neither.
 */
export function decideRegister(
  entry: KeyRegister | undefined,
  state: IncidentState,
  events: readonly IncidentEvent[],
): Result<readonly KeyRegisterEvent[], KeyTaken> {
  const [own] = incidentSignals({ ...state, followed: [] });
  return own === undefined ? success([]) : registerEvents(own, { entry, state, events, refuses: true });
}

/**
 * The same for every key that an incident has: its own, its groups', and those that came with either or with merges;
 * `registerOf` gives their entries.
 *
 * `trigger` is the key of the alert that reopens it: only that one has to be free then. A key that another incident has
 * taken meanwhile stays there.
 */
export function decideRegisters(
  registerOf: (key: string) => KeyRegister | undefined,
  change: { readonly state: IncidentState; readonly events: readonly IncidentEvent[]; readonly trigger?: string },
): Result<readonly KeyRegisterEvent[], KeyTaken> {
  const { state, trigger } = change;
  // An incident may have thousands of keys, and most of what happens to it is about none of them.
  const events = change.events.filter(isAboutKeys);
  if (events.length === 0) return success([]);
  const written: KeyRegisterEvent[] = [];
  for (const own of incidentKeys(state)) {
    const refuses = trigger === undefined || trigger === own.key;
    const decided = registerEvents(own, { entry: registerOf(own.key), state, events, refuses });
    if (!decided.ok) return decided;
    written.push(...decided.value);
  }
  return success(written);
}

const ABOUT_KEYS: ReadonlySet<IncidentEvent["type"]> = new Set([
  "incident.declared",
  "incident.reopened",
  "incident.resolved",
  "incident.closed",
  "incident.absorbed",
]);

function isAboutKeys({ data, type }: IncidentEvent): boolean {
  return type === "incident.external-updated" ? data.change === "joined" : ABOUT_KEYS.has(type);
}

/** The events that move the keys of alerts that an incident absorbs, where the one that they came from still has them. */
export function movedKeys(
  registerOf: (key: string) => KeyRegister | undefined,
  incidentId: string,
  { actor, atMs, data }: IncidentAbsorbed,
): readonly KeyRegisterEvent[] {
  return data.alerts
    .filter(({ key }) => registerOf(key)?.incidentId === data.from)
    .map(({ alertId, changedAtMs: alertAtMs, key }) => ({
      type: "incident-key.moved",
      atMs,
      actor,
      data: { key, incidentId, alertId, alertAtMs, causeId: data.causeId },
    }));
}

function registerEvents(
  { key, alertId, changedAtMs: alertAtMs }: IncidentKey,
  {
    entry,
    events,
    refuses,
    state,
  }: {
    readonly entry: KeyRegister | undefined;
    readonly state: IncidentState;
    readonly events: readonly IncidentEvent[];
    readonly refuses: boolean;
  },
): Result<readonly KeyRegisterEvent[], KeyTaken> {
  const written: KeyRegisterEvent[] = [];
  let current = entry;
  for (const event of events) {
    const type = registerEventType(event, { key, incidentId: state.id, heldBy: current?.incidentId });
    if (type === undefined) continue;
    const owned = current === undefined || current.incidentId === state.id;
    const takes = type === "incident-key.opened" || type === "incident-key.reopened";
    if (!owned && takes && current?.status === "open") {
      if (refuses) return failure(keyTaken(key, state.id, current.incidentId));
      continue;
    }
    if (!owned && !takes && type !== "incident-key.moved") continue;
    const next: KeyRegisterEvent = {
      type,
      atMs: event.atMs,
      actor: event.actor,
      data: { key, incidentId: state.id, alertId, alertAtMs, causeId: event.data.causeId },
    };
    written.push(next);
    current = evolveRegister(current, next);
  }
  return success(written);
}

type KeyNow = { readonly key: string; readonly incidentId: string; readonly heldBy: string | undefined };

function registerEventType(
  event: IncidentEvent,
  { heldBy, incidentId, key }: KeyNow,
): KeyRegisterEvent["type"] | undefined {
  switch (event.type) {
    case "incident.declared": {
      const { alert, external, group } = event.data;
      const named = [alert?.key, external?.key, group && groupKey(group)];
      return named.includes(key) ? "incident-key.opened" : undefined;
    }
    case "incident.external-updated": {
      const { change, external } = event.data;
      // Where it reopened the incident, that gave it the key.
      return change === "joined" && external.key === key && heldBy !== incidentId ? "incident-key.opened" : undefined;
    }
    case "incident.reopened":
      return "incident-key.reopened";
    case "incident.resolved":
      return "incident-key.released";
    case "incident.closed":
      return "incident-key.closed";
    case "incident.absorbed": {
      // A key moves with its alert, or with its group, where the incident that it came from still had it.
      const { alerts, from, groups = [] } = event.data;
      const came = [...alerts.map((alert) => alert.key), ...groups.map(groupKey)];
      return came.includes(key) && heldBy === from ? "incident-key.moved" : undefined;
    }
    // A merged incident's keys are moved by the one that absorbs it.
    default:
      return undefined;
  }
}

function keyTaken(key: string, incidentId: string, takenBy: string): KeyTaken {
  return {
    code: "key-taken",
    key,
    incidentId,
    takenBy,
    message: `${incidentId} cannot take the key ${key}: ${takenBy} is open for it. Work in ${takenBy}, or resolve it first.`,
  };
}
