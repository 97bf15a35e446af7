import type { Rule, SloStatus } from "../src/api/answers.js";
import { DAY, HOUR, iso, MIN } from "./fleet-clock.js";

type Burns = readonly [long: number | undefined, short: number | undefined];
type RuleOptions = {
  readonly target: number;
  readonly outcomes?: Readonly<Partial<Record<string, Rule["outcome"]>>>;
  readonly coverage?: number;
};

const TIERS = [
  { id: "page-1h", tier: "page", factor: 14.4, budgetShare: 0.02, lengthMs: HOUR },
  { id: "page-6h", tier: "page", factor: 6, budgetShare: 0.05, lengthMs: 6 * HOUR },
  { id: "ticket-1d", tier: "ticket", factor: 3, budgetShare: 0.1, lengthMs: DAY },
  { id: "ticket-3d", tier: "ticket", factor: 1, budgetShare: 0.1, lengthMs: 3 * DAY },
] as const;

/** The four default rules with the burns given. */
export function rules(burns: readonly Burns[], { target, outcomes = {}, coverage = 1 }: RuleOptions): Rule[] {
  return TIERS.map(({ budgetShare, factor, id, lengthMs, tier }, index) => {
    const [long, short] = burns[index] ?? [0, 0];
    const outcome = outcomes[id] ?? "quiet";
    return {
      id,
      tier,
      factor,
      budgetShare,
      long: windowBurn(lengthMs, long, target, coverage),
      short: windowBurn(lengthMs / 12, short, target, coverage),
      outcome,
      ...(outcome === "firing" ? { firingTier: tier } : {}),
      frozenBecause:
        outcome === "frozen"
          ? [{ kind: "coverage" as const, message: "62 % of the last 5 min was measured, 90 % is needed" }]
          : [],
    };
  });
}

function windowBurn(
  lengthMs: number,
  burnRate: number | undefined,
  target: number,
  coverageRatio: number,
): Rule["long"] {
  const total = burnRate === undefined ? 0 : Math.round(lengthMs / 25);
  return {
    lengthMs,
    from: iso(lengthMs),
    to: iso(0),
    bad: Math.round(total * (burnRate ?? 0) * (1 - target)),
    total,
    ...(burnRate === undefined ? {} : { burnRate }),
    coverageRatio,
  };
}

/** A healthy SLO, changed as a test needs it. */
export function slo(id: string, changes: Partial<SloStatus> = {}): SloStatus {
  const target = changes.target ?? 0.999;
  const total = 103_680_000;
  const allowedBad = total * (1 - target);
  const remainingRatio = changes.budget?.remainingRatio ?? 0.8127;
  return {
    id,
    service: id.split("-")[0] ?? id,
    kind: "events",
    mode: "active",
    version: 1,
    target,
    window: { text: "30 d rolling", kind: "rolling", from: iso(30 * DAY), to: iso(0), lengthMs: 30 * DAY },
    evaluatedAt: iso(0),
    sliRatio: 1 - (1 - remainingRatio) * (1 - target),
    coverageRatio: 0.9996,
    watermark: iso(0),
    budget: {
      remainingRatio,
      consumedRatio: 1 - remainingRatio,
      bad: Math.round(allowedBad * (1 - remainingRatio)),
      total,
      allowedBad: Math.round(allowedBad),
      edge: { bad: 0, total: 0 },
    },
    rules: rules(
      [
        [0.2, 0.1],
        [0.31, 0.2],
        [0.28, 0.3],
        [0.3, 0.28],
      ],
      { target },
    ),
    exhaustion: { kind: "in", durationMs: 71 * DAY, at: iso(-71 * DAY) },
    verdict: { kind: "healthy", reasons: [] },
    alert: { status: "quiet", frozen: false },
    dataLoss: { status: "quiet", frozen: false },
    level: { name: "full-velocity", action: "Release at full velocity." },
    explanation: `${id} is healthy: 99.9812 % against 99.9 %; 81 % is left, gone in 71 d at this rate`,
    ...changes,
  };
}

/** The budget of a period of which so much is left. */
export function budgetOf(remainingRatio: number, target: number): SloStatus["budget"] {
  const total = 103_680_000;
  const allowedBad = Math.round(total * (1 - target));
  const bad = Math.round(allowedBad * (1 - remainingRatio));
  return { remainingRatio, consumedRatio: 1 - remainingRatio, bad, total, allowedBad, edge: { bad: 0, total: 0 } };
}

/** What pages in the fleet below: overspent twelve times over. */
export function pagingSlo(changes: Partial<SloStatus> = {}): SloStatus {
  return slo("payments-availability", {
    budget: budgetOf(-12.4, 0.999),
    sliRatio: 0.986_601,
    rules: rules(
      [
        [402.3, 400],
        [71.2, 401.1],
        [18.4, 71.2],
        [6.1, 34.7],
      ],
      {
        target: 0.999,
        outcomes: { "page-1h": "firing", "page-6h": "firing", "ticket-1d": "firing", "ticket-3d": "firing" },
      },
    ),
    exhaustion: { kind: "spent" },
    verdict: { kind: "firing", tier: "page", ruleId: "page-1h", reasons: [] },
    alert: { status: "firing", tier: "page", since: iso(25 * MIN + 12_000), frozen: false },
    level: { name: "exhausted", action: "Release only P0 fixes and security changes until the budget recovers." },
    owner: "team-payments",
    runbook: "https://runbooks.example/payments",
    explanation:
      "payments-availability pages: 402x over 1 h and 400x over 5 min against 14.4x, which is 2 % of 30 days' budget; the budget is overspent 12.4 times",
    ...changes,
  });
}
