import type { ExternalAlert } from "../alert/external-alert.js";
import type { Labels } from "../alert/labels.js";
import type { Versioned } from "../errors/version-mismatch.js";
import type { EscalationState } from "../on-call/escalation/escalation.js";
import type { CompiledMatcher } from "../routing/label-matcher.js";
import type { Silence } from "../routing/silence.js";
import type { IncidentState } from "../incident/incident.js";
import type { FittingRunbook } from "../runbook/runbook-index.js";
import type { RunbookRun } from "../runbook/runbook-run.js";
import type { Runbook } from "../runbook/runbook.js";
import type { AlertHandIn } from "./alert-hand-in.js";
import type { AlertReceipt } from "./alert-intake.js";
import type { RecordedAutomaticRun } from "./automatic-run-book.js";
import type { AutomaticStanding } from "./automatic-run-desk.js";
import type { EscalationAudit } from "./escalation-auditor.js";
import type { EscalationDesk } from "./escalation-desk.js";
import type { OnCallDesk } from "./on-call-desk.js";
import type { KillSwitch } from "./kill-switch.js";
import type { OverAlert } from "./routing-book.js";
import type { AlertExplanation } from "./routing-desk.js";
import type { RunbookDesk } from "./runbook-desk.js";
import type { SilenceDesk } from "./silence-desk.js";

/** How incidents are answered: by whom, by which alerts, and with which runbooks. */
export type IncidentResponse = {
  readonly onCall: OnCallDesk;
  readonly escalations: Pick<EscalationDesk, "command"> & {
    get(incidentId: string): EscalationState | undefined;
    open(): readonly EscalationState[];
    /** Checks that no page is stuck, mends what is, and lets the dead-man ping go out when nothing was. */
    audit(): Promise<EscalationAudit>;
  };
  /** Alerts from elsewhere. */
  readonly alerts: {
    /** One receipt for each alert, in their order, once they are stored; incidents and messages follow at once. */
    take(batch: readonly ExternalAlert[], handIn?: AlertHandIn): Promise<readonly AlertReceipt[]>;
    active(matchers?: readonly CompiledMatcher[]): readonly ExternalAlert[];
    /** Those that are over, the one that ended last in front: all of the last hour, and the last 1,000 of before. */
    over(matchers?: readonly CompiledMatcher[]): readonly OverAlert[];
    /** Why an alert told somebody, or why not; undefined when it neither fires nor did within the hour. */
    explain(alertKey: string): AlertExplanation | undefined;
    /** The same from what is stored, also long after it ended; undefined when there never was such an alert. */
    course(alertKey: string): Promise<AlertExplanation | undefined>;
  };
  readonly silences: SilenceDesk & {
    all(): readonly Versioned<Silence>[];
    get(id: string): Versioned<Silence> | undefined;
    matching(labels: Labels): readonly Silence[];
  };
  readonly killSwitch: KillSwitch;
  readonly runbooks: Omit<RunbookDesk, "advanceDue" | "abandonDue" | "advance"> & {
    readonly library: ReadonlyMap<string, Runbook>;
    /** Those whose symptoms an incident shows, the most fitting first. */
    fitting(state: IncidentState): readonly FittingRunbook[];
    all(): readonly RunbookRun[];
    open(): readonly RunbookRun[];
    get(runId: string): RunbookRun | undefined;
    /** Whether the engine may start a runbook by itself; undefined where there is none of that id, or its level is below 4. */
    automatic(runbookId: string): Promise<AutomaticStanding | undefined>;
    /** What was decided about runs for an incident that nobody asked for, oldest first. */
    automaticDecisions(incidentId: string): readonly RecordedAutomaticRun[];
    /**
     * Brings every open run forward by what can be done now; answers how many went on. To be called every second or so,
     * also while an earlier call waits for a long action: that run is left alone, and the others go on.
     */
    advance(): Promise<number>;
  };
};
