import type { NotificationRule } from "../../on-call/escalation/notification-rules.js";
import type { EscalationPolicy } from "../../on-call/escalation/escalation-policy.js";
import type { OnCallSchedule } from "../../on-call/schedule/schedule.js";
import type { InhibitRuleSpec } from "../../routing/inhibition.js";
import type { RouteSpec } from "../../routing/route.js";
import type { Schedule, TimeInterval } from "../../routing/time-interval.js";
import type { Severity } from "../severity.js";

/** Who hears of the alerts of a case, and what is made of them; whom it tells beside is no part of a case. */
export type CaseReceiver = {
  readonly name: string;
  readonly opens: "incident" | "nothing";
  readonly service?: string;
  readonly severity?: Severity;
};

/** Planned work that falls into the time of a case. */
export type CaseMaintenance = Schedule & {
  readonly id: string;
  /** In Alertmanager's syntax. */
  readonly matchers: string;
  readonly reason: string;
};

/** What became of the alerts of a case, as far as it applied to them: routes that match none of them are left out. */
export type CaseRouting = {
  readonly routes: RouteSpec;
  readonly receivers: readonly CaseReceiver[];
  /** By the names that routes use. */
  readonly timeIntervals: Readonly<Record<string, readonly TimeInterval[]>>;
  readonly inhibitRules: readonly InhibitRuleSpec[];
  readonly maintenance: readonly CaseMaintenance[];
};

/** Somebody whom the case may call, by their id: neither their name nor an address is part of it. */
export type CasePerson = {
  readonly id: string;
  readonly zone: string;
  /** The channels that they are reached by, in the order of preference. */
  readonly contacts: readonly { readonly notifier: string }[];
  readonly rules?: readonly NotificationRule[];
};

/** Who was called about the incident of a case, and who was on call. */
export type CaseOnCall = {
  /** As it was when people were first called. */
  readonly policy: EscalationPolicy;
  /** Those that the policy asks, with the overrides that fall into the case's time. */
  readonly schedules: readonly OnCallSchedule[];
  /** Those that the policy asks; a team whose members take turns begins with whose turn it was. */
  readonly teams: readonly { readonly id: string; readonly members: readonly string[] }[];
  readonly people: readonly CasePerson[];
};

/** What was done to silences that the alerts of a case may meet; one that was extended is made with its last end. */
export type CaseSilenceChange = { readonly atMs: number; readonly actor: string; readonly id: string } & (
  | {
      readonly type: "create";
      /** In Alertmanager's syntax. */
      readonly matchers: string;
      readonly schedule: Schedule;
      readonly reason: string;
    }
  | { readonly type: "expire" }
);

/** What somebody asked of the escalation itself, and not of the incident. */
export type CaseEscalationCommand = { readonly atMs: number; readonly actor: string } & (
  | { readonly type: "acknowledge" | "confirm" | "resume" }
  | { readonly type: "unacknowledge" | "escalate"; readonly reason: string }
  | { readonly type: "pause"; readonly untilMs: number; readonly reason: string }
);
