import type { Severity } from "../incident/severity.js";
import type { DeadMan } from "../ports/dead-man.js";
import type { Fleet } from "../ports/fleet.js";
import type { Remediator } from "../ports/remediator.js";
import type { StepRunner } from "../ports/step-runner.js";
import type { InhibitRule } from "../routing/inhibition.js";
import type { MaintenanceWindow } from "../routing/maintenance-window.js";
import { createMatcherIndex } from "../routing/matcher-index.js";
import { DEFAULT_GROUP_TIMES, type Route } from "../routing/route.js";
import type { AutomationSettings } from "../runbook/automatic-run.js";
import type { Rehearsal } from "../runbook/rehearse-runbook.js";
import type { Runbook } from "../runbook/runbook.js";
import type { OnCallSettings } from "./on-call-desk.js";

/** Who hears of alerts from elsewhere that a route sends here, and what is made of them. */
export type Receiver = {
  readonly name: string;
  /** `nothing`: the notifiers are told, and no incident is opened. */
  readonly opens: "incident" | "nothing";
  /** Where it says more than the alerts' labels do. */
  readonly service?: string;
  readonly severity?: Severity;
  /** Told of every group of alerts, beside what the incident itself makes known. */
  readonly notifiers: readonly string[];
};

/** What becomes of alerts from elsewhere. */
export type RoutingSettings = {
  readonly root: Route;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly inhibitRules: readonly InhibitRule[];
  readonly maintenance: readonly MaintenanceWindow[];
  /** After a start, how long an alert that would have ended meanwhile may be sent again. */
  readonly graceMs: number;
};

/** How incidents are answered; what is left out is as if there were none of it. */
export type ResponseSettings = {
  readonly onCall?: OnCallSettings;
  readonly routing?: RoutingSettings;
  /** By id. */
  readonly runbooks?: ReadonlyMap<string, Runbook>;
  /** By the runbook's id; what has none is not started by the engine itself. */
  readonly rehearsals?: ReadonlyMap<string, readonly Rehearsal[]>;
  /** What the engine may start by itself; nothing where it is absent. */
  readonly automation?: AutomationSettings;
  /** Unique for each process that runs runbooks; default `engine`. */
  readonly runner?: string;
  /** `leave`: whoever only looks calls nobody, and what is due waits for an engine that listens. Default `listen`. */
  readonly timers?: "listen" | "leave";
};

/** What answering reaches the world through, where it does. */
export type ResponsePorts = {
  /** Absent: no step of a runbook can call or run anything. */
  readonly stepRunner?: StepRunner;
  /** By the names that runbooks use. */
  readonly remediators?: Readonly<Record<string, Remediator>>;
  readonly fleets?: Readonly<Record<string, Fleet>>;
  /** Absent: nobody elsewhere watches that paging works. */
  readonly deadMan?: DeadMan;
};

const DEFAULT_RECEIVER: Receiver = { name: "incidents", opens: "incident", notifiers: [] };
const DEFAULT_GRACE_MS = 300_000; // as long as Alertmanager gives an alert that says nothing of its end

/** Makes the routing of whoever configured none: every alert opens an incident of its own, at once. */
export function defaultRouting(): RoutingSettings {
  const { name } = DEFAULT_RECEIVER;
  return {
    root: ownGroups(name),
    receivers: new Map([[name, DEFAULT_RECEIVER]]),
    inhibitRules: [],
    maintenance: [],
    graceMs: DEFAULT_GRACE_MS,
  };
}

function ownGroups(receiver: string): Route {
  return {
    ...DEFAULT_GROUP_TIMES,
    id: "{}",
    receiver,
    matchers: [],
    continue: false,
    groupBy: "all",
    incident: "per-alert",
    groupWaitMs: 0,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    routes: [],
    index: createMatcherIndex(),
  };
}
