import type { Severity } from "../../incident/severity.js";
import type { EscalationPolicy } from "./escalation-policy.js";
import type { PagedPerson } from "./notification-rules.js";

/** Whom targets came to at an instant. */
export type CalledPeople = {
  readonly people: readonly PagedPerson[];
  /** Teams whose turn this takes. */
  readonly turns: readonly string[];
};

type Asked<Type extends string, Rest> = Rest & {
  readonly type: Type;
  /** The clock's time; where it is before the last event, that event's time is recorded instead. */
  readonly atMs: number;
  readonly actor: string;
};

/** The same cause is handled once. */
type Caused<Type extends string, Rest> = Asked<Type, Rest & { readonly causeId: string }>;

/** What can be asked of an escalation. */
export type EscalationCommand =
  | Caused<
      "start",
      {
        readonly incidentId: string;
        readonly service: string;
        readonly severity: Severity;
        readonly policy: EscalationPolicy;
      }
    >
  /** A timer came. Who is called is found out at this instant, for every step, as steps that call nobody are passed over. */
  | Asked<
      "wake",
      {
        readonly fence: number;
        readonly steps: readonly CalledPeople[];
        readonly fallback: CalledPeople;
        /** Whoever acknowledged, and how to reach them. */
        readonly acknowledger: readonly PagedPerson[];
      }
    >
  | Asked<"tell-stakeholders", { readonly fence: number; readonly called: CalledPeople }>
  /** Sends them what a person wrote for them. Also after the end: that it is over may be the word. */
  | Caused<"update-stakeholders", { readonly text: string; readonly called: CalledPeople }>
  | Caused<"acknowledge", object>
  /** Whoever acknowledged is still on it. */
  | Caused<"confirm", object>
  | Caused<"unacknowledge", { readonly reason: string }>
  /** The next step at once, also when somebody has acknowledged. */
  | Caused<"escalate", { readonly reason: string }>
  /** Every message of the call with this page was given up. */
  | Caused<"undelivered", { readonly page: string }>
  | Caused<"change-severity", { readonly severity: Severity }>
  | Caused<"pause", { readonly untilMs: number; readonly reason: string }>
  | Caused<"resume", object>
  /** Takes note of a cause that changed nothing: should it come again, it is not to change anything then. */
  | Caused<"hear", object>
  | Caused<"end", { readonly reason: string }>;

/** Why a command gave nothing. */
export type EscalationRejection = { readonly message: string } & (
  | { readonly code: "not-started"; readonly command: EscalationCommand["type"] }
  /** It waits for something else by now. */
  | { readonly code: "stale-fence"; readonly fence: number }
  | { readonly code: "not-due"; readonly dueAtMs: number }
  | { readonly code: "not-allowed"; readonly command: EscalationCommand["type"]; readonly status: string }
);
