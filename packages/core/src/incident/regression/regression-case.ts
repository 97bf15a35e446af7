import type { ExternalAlert } from "../../alert/external-alert.js";
import type { Correction } from "../../slo/correction.js";
import type { RunbookRunEvent } from "../../runbook/runbook-run-event.js";
import type { Service, Slo } from "../../slo/slo.js";
import type { IncidentCommand } from "../incident-command.js";
import type { Severity } from "../severity.js";
import type { CaseOutcome } from "./case-outcome.js";

/** What a case file calls itself. */
export const CASE_FORMAT = "plimsoll-regression-case";
/** Grows when a reader of the old form would misread the new one. */
export const CASE_FORMAT_VERSION = 1;

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
 * An alert from elsewhere as it came, and when it was taken in. What its labels mean is found anew in a replay; what its
 * receiver said better than they do stands beside it.
 */
export type CaseAlert = {
  readonly receivedAtMs: number;
  readonly alert: ExternalAlert;
  readonly service?: string;
  readonly severity?: Severity;
};

type Without<Command, Keys extends string> = Command extends unknown ? Omit<Command, Keys> : never;

/** What somebody asked of the incident, and when. */
export type CaseCommand = Without<
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
  readonly formatVersion: typeof CASE_FORMAT_VERSION;
  /** `regression-INC-001`. */
  readonly name: string;
  readonly title: string;
  readonly exportedAtMs: number;
  readonly settings: { readonly sliceMs: number; readonly cooldownMs: number; readonly autoCloseAfterMs: number };
  readonly services: readonly Service[];
  readonly slos: readonly Slo[];
  readonly corrections: readonly Correction[];
  readonly inputs: {
    /** The clock's first instant, and the first one at which nothing more has to be told. */
    readonly fromMs: number;
    readonly toMs: number;
    readonly slices: readonly SliceRun[];
    readonly alerts: readonly CaseAlert[];
    readonly commands: readonly CaseCommand[];
    /** In the order in which they were asked for. */
    readonly runs: readonly CaseRun[];
  };
  readonly expected: CaseOutcome;
};
