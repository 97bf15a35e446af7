import { DEFAULT_BUDGET_POLICY } from "../budget/default-budget-policy.js";
import { parseDuration } from "../slo/duration.js";
import { nominalPeriodMs } from "../slo/period.js";
import type { Alerting, Slo } from "../slo/slo.js";
import type { SloWindow } from "../slo/slo-window.js";
import { resolveRules } from "./resolve-rules.js";

/** What must be said of an SLO, and what may be. */
export type SloDefinition = Pick<Slo, "id" | "service" | "target" | "sli"> &
  Partial<Omit<Slo, "window" | "alerting">> & {
    /** A calendar window, or the length of a rolling one, such as `30d`. */
    readonly window: SloWindow | string;
    /** Left out, or in part: the rules `google` and three bad events for a page, as in plimsoll.yaml. */
    readonly alerting?: Partial<Alerting>;
  };

/** Fills in what an SLO leaves unsaid, as plimsoll.yaml does. Throws a RangeError for a window that is no duration. */
export function defineSlo(definition: SloDefinition, { sliceMs }: { readonly sliceMs: number }): Slo {
  const window = typeof definition.window === "string" ? rolling(definition.window) : definition.window;
  return {
    version: 1,
    mode: "active",
    gapIs: "gap",
    policy: DEFAULT_BUDGET_POLICY,
    ...definition,
    window,
    alerting: {
      rules: definition.alerting?.rules ?? resolveRules("google", { periodMs: nominalPeriodMs(window), sliceMs }),
      minBadEvents: definition.alerting?.minBadEvents ?? 3,
      suppressedBy: definition.alerting?.suppressedBy ?? [],
    },
  };
}

function rolling(text: string): SloWindow {
  const length = parseDuration(text);
  if (!length.ok) throw new RangeError(`the window of an SLO: ${length.error.message}`);
  return { kind: "rolling", lengthMs: length.value };
}
