import type { ExternalAlert } from "../alert/external-alert.js";
import type { Json } from "../errors/json.js";
import { externalChange } from "../incident/external/external-change.js";
import { externalFacts, type ExternalFacts } from "../incident/external/external-facts.js";
import {
  decideExternalIntake,
  decideGroupIntake,
  externalIntakeCommand,
} from "../incident/external/external-intake.js";
import { groupKey, type IncidentGroup } from "../incident/external/incident-group.js";
import type { Evidence } from "../incident/evidence.js";
import { incidentSignals, isQuiet } from "../incident/incident-signal.js";
import { incidentId, type IncidentState } from "../incident/incident.js";
import type { IntakeDecision } from "../incident/intake.js";
import type { Severity } from "../incident/severity.js";
import type { ServiceTier } from "../slo/slo.js";
import type { IncidentBook } from "./incident-book.js";
import { entriesFor, entriesOrThrow, type Entries } from "./incident-entries.js";
import type { EvidenceDesk } from "./incident-evidence.js";
import type { Journal } from "./journal.js";

/** How an alert from elsewhere came here. */
export type ExternalIntake = {
  readonly atMs: number;
  /** The id of what brought it; the same one is handled once. */
  readonly causeId: string;
  /** What its route says, where that is more than its labels do. */
  readonly service?: string;
  readonly severity?: Severity;
  /** Only this long a silence of its source ended it. */
  readonly silentMs?: number;
  /** Its group, where that is one incident; absent: an incident is the alert's own. */
  readonly group?: IncidentGroup;
  /** What an incident that it opens is called; as the alert is when absent. */
  readonly title?: string;
  /** Which rules it met on its way; kept with the incident that it opens or changes, once for each `id`. */
  readonly trace?: { readonly id: string; readonly rules: Json };
};

/** Brings word of an alert from elsewhere to the incident that it is for, or opens one. */
export type ExternalDesk = (alert: ExternalAlert, intake: ExternalIntake) => Promise<IntakeDecision>;

export function createExternalDesk(options: {
  readonly journal: Journal;
  readonly book: IncidentBook;
  readonly evidence: Pick<EvidenceDesk, "ofAlert">;
  /** What is found around a service. */
  readonly gather: (service: string, when: Pick<ExternalIntake, "atMs" | "causeId">) => Promise<readonly Evidence[]>;
  readonly tierOf: (service: string) => { readonly serviceTier?: ServiceTier };
  readonly commit: (decide: () => Entries) => Promise<unknown>;
  readonly cooldownMs: number;
}): ExternalDesk {
  const { book, commit, journal, tierOf } = options;

  const decide = (facts: ExternalFacts, group: IncidentGroup | undefined): IntakeDecision => {
    const entry = book.register(facts.key);
    const own = decideExternalIntake(entry, facts, knownTo(book, facts, entry?.incidentId), options);
    if (group === undefined) return own;
    const last = book.register(groupKey(group));
    const holder = last === undefined ? undefined : book.get(last.incidentId);
    const burns = holder !== undefined && !isQuiet(holder);
    return decideGroupIntake(own, { group, entry: last, burns }, facts, options);
  };

  return async (alert, { group, title, trace, ...intake }) => {
    const facts = externalFacts(alert, intake);
    const { atMs, causeId } = intake;
    const met = trace === undefined ? {} : { trace: trace.rules };
    const own = await options.evidence.ofAlert(facts, { causeId, ...met });
    // What is found around a service takes its time, and a group may have very many alerts: only where the incident moves on.
    const around = isTransition(book, facts, decide(facts, group)) ? await options.gather(facts.service, intake) : [];
    let decision = { kind: "ignore", reason: "it was not looked at" } as IntakeDecision;
    await journal.commit(() => {
      decision = decide(facts, group);
      const newIncidentId = incidentId(book.nextNumber());
      const command = externalIntakeCommand(decision, facts, {
        newIncidentId,
        atMs,
        causeId,
        ...tierOf(facts.service),
        ...(group === undefined ? {} : { group }),
        ...(title === undefined ? {} : { title }),
      });
      if (command === undefined || decision.kind === "ignore") return [];
      const target = decision.kind === "open-new" ? newIncidentId : decision.incidentId;
      return entriesOrThrow(entriesFor(book, target, { ...command, evidence: [own, ...around] }));
    });
    const target = book.register(facts.key)?.incidentId;
    if (trace !== undefined && target !== undefined && decision.kind !== "ignore") {
      const { key } = facts;
      const traced = { type: "trace-alert", key, trace: trace.rules, atMs, actor: "engine" } as const;
      // By what it says and not by what brought it: a group tells of all its alerts whenever there is news of one.
      await commit(() => entriesFor(book, target, { ...traced, causeId: `trace/${key}/${trace.id}` }));
    }
    return decision;
  };
}

/** What an incident knows of an alert. */
function knownTo(book: IncidentBook, { key }: ExternalFacts, id: string | undefined): ExternalFacts | undefined {
  const holder = id === undefined ? undefined : book.get(id);
  return holder && incidentSignals(holder).find((signal) => signal.key === key)?.external;
}

/** Tells whether word of an alert moves its incident on: not where the alert joins, says what is known, or ends before others. */
function isTransition(book: IncidentBook, facts: ExternalFacts, decision: IntakeDecision): boolean {
  if (decision.kind !== "update") return decision.kind !== "ignore";
  const known = knownTo(book, facts, decision.incidentId);
  const change = known && externalChange(known, facts);
  if (change !== "resolved") return change !== undefined;
  const signals = incidentSignals(book.get(decision.incidentId) as IncidentState);
  return signals.every(({ key, status }) => key === facts.key || status === "resolved");
}
