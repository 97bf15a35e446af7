import type { ExternalAlert } from "../../alert/external-alert.js";
import type { Correction } from "../../slo/correction.js";
import type { RunbookRunEvent } from "../../runbook/runbook-run-event.js";
import type { Service, Slo } from "../../slo/slo.js";
import type { IncidentCommand } from "../incident-command.js";
import type { Severity } from "../severity.js";
import type { CaseEscalationCommand, CaseOnCall, CaseRouting, CaseSilenceChange } from "./case-answering.js";
import type { CaseOutcome } from "./case-outcome.js";

/** What a case file calls itself. */
export const CASE_FORMAT = "plimsoll-regression-case";
/**
 * Grows when a reader of the old form would misread the new one. 1 had neither routing nor who is on call: its alerts stand
 * as their incident heard them. Both forms are read; the newest is written.
 */
export const CASE_FORMAT_VERSION = 2;

/** Equal slices one after another: `repeats` of them, each `slices` slices long. */
export type SliceRun = {
  readonly sloId: string;
  /** Start of the first. */
  readonly fromMs: number;
  readonly good: number;
  readonly total: number;
  readonly slices: number;
  readonly repeats: number;
};

/**
 * An alert from elsewhere as it came, and when it was taken in; in a case without routing, when its incident heard of it.
 * What its labels mean is found anew in a replay; what a receiver said better than they do stands beside it where the case
 * has no routing that says it again.
 */
export type CaseAlert = {
  readonly receivedAtMs: number;
  readonly alert: ExternalAlert;
  readonly service?: string;
  readonly severity?: Severity;
};

type Without<Command, Keys extends string> = Command extends unknown ? Omit<Command, Keys> : never;

/** The word by which a person declared the incident. */
export type CaseDeclaration = {
  readonly type: "declare";
  readonly atMs: number;
  readonly actor: string;
  readonly title: string;
  readonly service: string;
  readonly severity: Severity;
  readonly detectedAtMs: number;
  readonly startedAtMs?: number;
};

/** What somebody asked of the incident, and when. */
export type CaseCommand = CaseDeclaration | CaseFollowingCommand;

/** What somebody asked of the incident once it was there. */
export type CaseFollowingCommand = Without<
  Extract<
    IncidentCommand,
    {
      readonly type:
        | "acknowledge"
        | "unacknowledge"
        | "start-mitigation"
        | "confirm-mitigation"
        | "change-severity"
        | "note"
        | "resolve"
        | "reopen"
        | "update-status"
        | "assign-role"
        | "hand-over"
        | "release-role";
    }
  >,
  "causeId" | "evidence" | "expectedVersion" | "alert" | "external" | "evaluation"
>;

/** A run of a runbook as it was recorded: what people asked of it, what it did, and what the world answered. */
export type CaseRun = { readonly events: readonly RunbookRunEvent[] };

/**
 * A resolved incident as a test of the engine: what it was told, and what it made of it.
 *
 * Complete in itself: with these settings, a clock at `inputs.fromMs` and nothing else, the engine can be told the same
 * again, each input at its own instant. A slice is told when it is over, at the end of its time.
 */
export type RegressionCase = {
  readonly format: typeof CASE_FORMAT;
  readonly formatVersion: 1 | typeof CASE_FORMAT_VERSION;
  /** `regression-INC-001`. */
  readonly name: string;
  readonly title: string;
  /** In cases of the first form only: it made two exports of the same incident differ. */
  readonly exportedAtMs?: number;
  readonly settings: { readonly sliceMs: number; readonly cooldownMs: number; readonly autoCloseAfterMs: number };
  readonly services: readonly Service[];
  readonly slos: readonly Slo[];
  readonly corrections: readonly Correction[];
  /** Absent: alerts are told to their incident at once. */
  readonly routing?: CaseRouting;
  /** Absent: nobody is called. */
  readonly onCall?: CaseOnCall;
  readonly inputs: {
    /** The clock's first instant, and the first one at which nothing more has to be told. */
    readonly fromMs: number;
    readonly toMs: number;
    readonly slices: readonly SliceRun[];
    readonly alerts: readonly CaseAlert[];
    /** Those from before `fromMs` are told at the first instant. */
    readonly silences?: readonly CaseSilenceChange[];
    readonly commands: readonly CaseCommand[];
    /** What was asked of the escalation itself. */
    readonly escalation?: readonly CaseEscalationCommand[];
    /** In the order in which they were asked for. */
    readonly runs: readonly CaseRun[];
  };
  readonly expected: CaseOutcome;
};
