import type { SloAlerts } from "../alert/decide-alert.js";
import type { BudgetLevel, BudgetRule } from "../budget/budget-policy.js";
import type { Result } from "../errors/result.js";
import type { SeenVersion, Versioned, VersionMismatch } from "../errors/version-mismatch.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import type { Explanation } from "../evaluation/explain.js";
import type { GateAnswer, GateOverride, GateQuestion } from "../gate/gate.js";
import type { Evidence } from "../incident/evidence.js";
import type { IncidentBudgetShare } from "../incident/incident-budget-share.js";
import type { IncidentState } from "../incident/incident.js";
import type { IncidentSummary } from "../incident/incident-summary.js";
import type { TimelineEntry } from "../incident/incident-timeline.js";
import type { Ledger } from "../ledger/index.js";
import type { ChainedAuditEntry, AuditVerdict } from "../ports/audit-trail.js";
import type { PoisonEvent } from "../ports/event-bus.js";
import type { Notification } from "../ports/notifier.js";
import type { CancelSignal } from "../ports/sli-source.js";
import type { Report, ReportPeriod } from "../report/report.js";
import type { Correction } from "../slo/correction.js";
import type { Service, Slo } from "../slo/slo.js";
import type { AccessDesk } from "./access-desk.js";
import type { CollectOutcome } from "./collector.js";
import type { DeadLetterDesk } from "./delivery-dead-letters.js";
import type { Delivery } from "./delivery-owed.js";
import type { IncidentRefusal } from "./incident-desk.js";
import type { IncidentResponse } from "./incident-response.js";
import type { IncidentWork } from "./incident-work.js";
import type { Author, Refusal } from "./refusal.js";
import type { SloPoint } from "./slo-history.js";
import type { SignInDesk } from "./sign-in-desk.js";
import type { RestoreReport } from "./slice-keeper.js";
import type { SourceHealth } from "./source-watch.js";

/** What one round found out. */
export type RoundReport = {
  readonly atMs: number;
  readonly evaluated: number;
  /** Ids of the SLOs whose verdict or alert changed. */
  readonly changed: readonly string[];
  readonly alertEvents: number;
  readonly closedIncidents: readonly string[];
};

/** Everything about one SLO that a person may want to see. */
export type SloView = {
  readonly slo: Slo;
  readonly evaluation: SloEvaluation;
  readonly alerts: SloAlerts;
  /** The level of the budget policy in force, and the named rules that hold. */
  readonly level: BudgetLevel;
  readonly heldRules: readonly BudgetRule[];
  readonly explanation: Explanation;
  /** When its first slice was expected. */
  readonly birthMs: number;
};

/** One incident with its course. */
export type IncidentView = {
  readonly state: IncidentState;
  /** What it took of the period's budget; up to now while its alert goes on. */
  readonly budgetShare: IncidentBudgetShare;
  readonly timeline: readonly TimelineEntry[];
  readonly evidence: readonly Evidence[];
  /** Markdown; there once the incident is resolved. */
  readonly postmortem?: string;
};

/** How the engine is doing, for `/healthz` and `/metrics`. */
export type EngineHealth = {
  readonly restored: RestoreReport;
  readonly sources: readonly SourceHealth[];
  readonly poisoned: readonly PoisonEvent[];
  readonly deadDeliveries: readonly Delivery[];
  readonly unreadableEvents: readonly string[];
  readonly lastRoundMs: number | undefined;
  readonly ledger: Ledger["memory"];
};

/**
 * The engine: collects, evaluates, alerts, opens incidents, answers the gate, and reports.
 *
 * Nothing in it waits for time to pass: whoever runs it calls `collect` and `round`, as often as the slice is long.
 * Every call may be made while others are under way.
 */
export type Plimsoll = IncidentWork &
  IncidentResponse & {
    readonly slos: readonly Slo[];
    readonly services: readonly Service[];

    /** Reads an SLO from its source up to now; a failure is a value and freezes that SLO alone. */
    collect(sloId: string, cancel?: CancelSignal): Promise<CollectOutcome>;
    /** Evaluates every SLO, lets alerts follow, and publishes what happened. */
    round(): Promise<RoundReport>;
    /** Sends what is owed to people. Apart from `round`, so that a slow channel delays no evaluation. */
    deliver(): Promise<number>;
    /** Saves the ledger, so that the next start is quick. */
    checkpoint(): Promise<void>;
    /** Drops slices that no window can reach any more; answers how many. */
    prune(): Promise<number>;

    /** Undefined when there is no such SLO. */
    slo(sloId: string): SloView | undefined;
    views(): readonly SloView[];
    /** Counts by step over an interval, for charts; undefined when there is no such SLO. */
    history(
      sloId: string,
      range: { readonly fromMs?: number; readonly toMs?: number; readonly points: number },
    ): readonly SloPoint[] | undefined;

    incidents(): readonly IncidentState[];
    incidentSummary(fromMs: number, toMs: number): IncidentSummary;
    incident(incidentId: string): Promise<IncidentView | undefined>;
    /** What an incident took of the period's budget; up to now while its alert goes on. */
    budgetShare(state: IncidentState): IncidentBudgetShare;
    acknowledge(incidentId: string, author: Author): Promise<Result<IncidentState, IncidentRefusal>>;
    resolve(
      incidentId: string,
      asked: Author & { readonly reason: string },
    ): Promise<Result<IncidentState, IncidentRefusal>>;
    note(
      incidentId: string,
      asked: Author & { readonly text: string },
    ): Promise<Result<IncidentState, IncidentRefusal>>;

    gate(question: GateQuestion): Promise<GateAnswer>;
    overrides(): readonly Versioned<GateOverride>[];
    /** With an id of one's own the same request makes one override; so with corrections. */
    override(
      asked: Omit<GateOverride, "id" | "fromMs"> & { readonly id?: string },
    ): Promise<Result<Versioned<GateOverride>, Refusal | VersionMismatch>>;
    withdrawOverride(id: string, author: Author & SeenVersion): Promise<Result<void, Refusal | VersionMismatch>>;
    /** Those of the configuration first; no event made them, so that their version is 0. */
    corrections(): readonly Versioned<{ readonly correction: Correction; readonly origin: "configuration" | "api" }>[];
    correct(asked: {
      readonly id?: string;
      readonly sloIds: readonly string[] | "all";
      readonly effect: Correction["effect"];
      readonly author: string;
      readonly reason: string;
      readonly fromMs: number;
      readonly toMs: number;
    }): Promise<Result<Versioned<Correction>, Refusal | VersionMismatch>>;
    withdrawCorrection(id: string, author: Author & SeenVersion): Promise<Result<void, Refusal | VersionMismatch>>;

    /** Figures of a period against the one before; data, to be rendered by `renderReport`. */
    report(period: ReportPeriod, services?: readonly string[]): Report;
    /** Sends any message, such as a report; the same id is sent once. */
    announce(id: string, notifier: string, notification: Notification): Promise<void>;
    /** Tries a message once more that was given up; it is no longer among the dead deliveries then. */
    readonly retryDelivery: DeadLetterDesk["retry"];

    /** Who may be let in, and letting them in. */
    readonly access: AccessDesk & SignInDesk;
    audit(query: { readonly afterNumber: number; readonly limit: number }): Promise<readonly ChainedAuditEntry[]>;
    verifyAudit(): Promise<AuditVerdict>;
    health(): Promise<EngineHealth>;
    /** Calls back when an incident changed; answers how to stop. */
    onIncident(listener: (incidentId: string) => void): () => void;
    /** Calls back when somebody is to be told something, so that `deliver` need not wait; answers how to stop. */
    onOwed(listener: () => void): () => void;
    /** Calls back with each message that is given up, such as one that a provider refuses for good; answers how to stop. */
    onGivenUp(listener: (delivery: Delivery) => void): () => void;
    /**
     * Stops taking work and closes the sources. Idempotent. Cancels what runbooks are at and waits for no adapter: what has
     * no answer is recorded as what may have acted. Who would rather wait for it begins with `runbooks.stop()`.
     */
    close(): Promise<void>;
  };
