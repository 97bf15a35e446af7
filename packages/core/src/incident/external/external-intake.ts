import type { ServiceTier } from "../../slo/slo.js";
import type { CommandOf } from "../incident-command.js";
import { DEFAULT_INTAKE, type IntakeDecision, type IntakeSettings } from "../intake.js";
import type { KeyRegister } from "../key-register.js";
import { externalChange, isLaterFiring } from "./external-change.js";
import type { ExternalFacts } from "./external-facts.js";
import { groupWords, type IncidentGroup } from "./incident-group.js";

/**
 * Decides what word of an alert from elsewhere means for the incidents, by its key's register entry and by what the
 * incident that has the key knows of it.
 *
 * As for the engine's alerts: one open incident per key; a new firing inside the cooldown reopens, or opens another
 * incident where people have closed that one. One thing differs, for such a source says the same again every few minutes:
 * where people resolved an incident while its alert went on, the repeats are let pass for the cooldown, and the first after
 * it reopens. A firing that began later is no repeat, also where the incident never heard the end of the one before: a
 * closed one is told of nothing.
 */
export function decideExternalIntake(
  entry: KeyRegister | undefined,
  word: ExternalFacts,
  known: ExternalFacts | undefined,
  settings: IntakeSettings = DEFAULT_INTAKE,
): IntakeDecision {
  if (entry?.status === "open") return { kind: "update", incidentId: entry.incidentId };
  if (word.status === "resolved") {
    if (entry?.status === "released") return { kind: "update", incidentId: entry.incidentId };
    return { kind: "ignore", reason: `no incident is open for ${word.key}` };
  }
  if (entry === undefined || known === undefined) return { kind: "open-new" };
  const { incidentId } = entry;
  const minutes = settings.cooldownMs / 60_000;
  const cooling = word.atMs - entry.releasedAtMs < settings.cooldownMs;
  const flaps = `${word.key} fired again within its cooldown of ${minutes} min`;
  if (known.status === "firing") {
    if (cooling && !isLaterFiring(known, word)) {
      return { kind: "ignore", reason: `${incidentId} was resolved by hand; repeats are let pass for ${minutes} min` };
    }
    if (entry.status === "closed") return { kind: "open-new" };
    // Whenever it is: another incident beside it would leave it waiting for good for an end that it is not told.
    const reason = cooling ? flaps : `${word.key} goes on after the incident was resolved`;
    return { kind: "reopen", incidentId, reason };
  }
  if (externalChange(known, word) === undefined) {
    return { kind: "ignore", reason: `${incidentId} has handled this firing of ${word.key}, which is over` };
  }
  if (entry.status === "closed" || !cooling) return { kind: "open-new" };
  return { kind: "reopen", incidentId, reason: flaps };
}

/** How the incidents of an alert's group stand. */
export type GroupStanding = {
  readonly group: IncidentGroup;
  /** The register's entry of the group's own key. */
  readonly entry: KeyRegister | undefined;
  /** An alert of the incident that had the group last goes on: people resolved it all the same. */
  readonly burns: boolean;
};

/**
 * The same for an alert whose group is one incident: its own key decides first, and where that would open an incident, the
 * group's key does. What is new in the group, or fires again, joins the incident that is open for it; inside the cooldown,
 * and as long as anything of it goes on, what is new reopens the one that was.
 */
export function decideGroupIntake(
  own: IntakeDecision,
  { burns, entry, group }: GroupStanding,
  { atMs }: Pick<ExternalFacts, "atMs">,
  settings: IntakeSettings = DEFAULT_INTAKE,
): IntakeDecision {
  if (entry === undefined || entry.status === "closed") return own;
  const { incidentId } = entry;
  // Also where it would reopen an incident of before: the group would have two open then.
  if (entry.status === "open") return opens(own) ? { kind: "update", incidentId } : own;
  if (own.kind !== "open-new") return own;
  const words = groupWords(group);
  if (burns) return { kind: "reopen", incidentId, reason: `${words} has another alert, and its others go on` };
  if (atMs - entry.releasedAtMs >= settings.cooldownMs) return own;
  const minutes = settings.cooldownMs / 60_000;
  return { kind: "reopen", incidentId, reason: `${words} has another alert within its cooldown of ${minutes} min` };
}

function opens({ kind }: IntakeDecision): boolean {
  return kind === "open-new" || kind === "reopen";
}

/**
 * Since when nobody has had an alert whose next repeat is to be heard though nothing about it is new: people resolved its
 * incident while it went on, and the cooldown has passed. Undefined where somebody has it, while the cooldown runs, and
 * where its incident knows it to be over: then it fires anew, and its group tells of that.
 */
export function letGoAt(
  entry: KeyRegister | undefined,
  known: ExternalFacts | undefined,
  atMs: number,
  settings: IntakeSettings = DEFAULT_INTAKE,
): number | undefined {
  if (entry === undefined || entry.status === "open" || known?.status !== "firing") return undefined;
  return atMs - entry.releasedAtMs >= settings.cooldownMs ? entry.releasedAtMs : undefined;
}

/** What the command for word of an alert needs beside the decision. */
export type ExternalIntakeContext = {
  /** The id that a new incident gets. */
  readonly newIncidentId: string;
  readonly atMs: number;
  readonly causeId: string;
  readonly serviceTier?: ServiceTier;
  /** The alert's group, where that is one incident. */
  readonly group?: IncidentGroup;
  /** What a new incident is called; as its alert is when absent. */
  readonly title?: string;
};

/** Turns a decision into the command for its incident, in the engine's name; undefined when it is ignored. */
export function externalIntakeCommand(
  decision: IntakeDecision,
  external: ExternalFacts,
  { atMs, causeId, group, newIncidentId, serviceTier, title }: ExternalIntakeContext,
): CommandOf<"declare" | "update-external" | "reopen"> | undefined {
  const asked = { actor: "engine", atMs, causeId };
  const about = { external, ...(group === undefined ? {} : { group }) };
  switch (decision.kind) {
    case "open-new": {
      const origin = {
        kind: "external",
        ...about,
        ...(serviceTier === undefined ? {} : { serviceTier }),
        ...(title === undefined ? {} : { title }),
      } as const;
      return { type: "declare", ...asked, incidentId: newIncidentId, origin };
    }
    case "update":
      return { type: "update-external", ...asked, ...about };
    case "reopen":
      return { type: "reopen", ...asked, reason: decision.reason, ...about };
    case "ignore":
      return undefined;
  }
}
