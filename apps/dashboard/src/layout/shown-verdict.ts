import type { SloStatus } from "../api/answers.js";

/** The five things that an SLO can be, from loud to quiet. */
export const VERDICT_KINDS = ["page", "ticket", "frozen", "no-data", "healthy"] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** What the list is filtered by: what nobody is told of is a group of its own. */
export type VerdictGroup = VerdictKind | "silent";

export type ShownVerdict = {
  readonly kind: VerdictKind;
  readonly words: string;
  /** Since when its alert fires. */
  readonly since?: string;
  /** It is so, but nobody is told: another SLO holds it back, or it is a shadow. */
  readonly quiet: boolean;
  /** What must be said beside it. */
  readonly notes: readonly string[];
};

export const VERDICT_WORDS = {
  page: "Pages",
  ticket: "Ticket",
  frozen: "Frozen",
  "no-data": "No data",
  healthy: "Healthy",
} as const satisfies Record<VerdictKind, string>;

export const GROUPS = [...VERDICT_KINDS, "silent"] as const satisfies readonly VerdictGroup[];
export const GROUP_WORDS = { ...VERDICT_WORDS, silent: "Held back or shadow" } as const satisfies Record<
  VerdictGroup,
  string
>;

export function groupOf({ kind, quiet }: Pick<ShownVerdict, "kind" | "quiet">): VerdictGroup {
  return quiet ? "silent" : kind;
}

type Judged = Pick<SloStatus, "verdict" | "alert" | "dataLoss" | "mode" | "budget">;

/**
 * Says what an SLO is, in one word and notes.
 *
 * An alert that fires stays what it is while its data are missing: frozen means that it neither fires nor resolves, so
 * a page that froze is still a page.
 */
export function shownVerdict(slo: Judged): ShownVerdict {
  const { alert, dataLoss, mode, verdict } = slo;
  const notes = [
    ...(mode === "shadow" ? ["shadow: never alerts"] : []),
    ...(alert.status !== "quiet" && (alert.frozen || verdict.kind === "frozen")
      ? ["its data are missing: frozen as it was"]
      : []),
    ...(alert.status === "suppressed" ? [`held back while ${alert.suppressedBy ?? "another SLO"} pages`] : []),
    ...(dataLoss.status === "firing" ? ["data loss ticket"] : []),
    ...(verdict.kind === "healthy" && slo.budget.remainingRatio < 0 ? ["budget overspent"] : []),
  ];
  const kind = alert.status === "quiet" ? judgedKind(verdict) : (alert.tier ?? "ticket");
  const quiet = mode === "shadow" || alert.status === "suppressed";
  const since = alert.status === "quiet" ? undefined : alert.since;
  const words = quiet && kind === "page" ? "Would page" : VERDICT_WORDS[kind];
  return { kind, words, quiet, notes, ...(since === undefined ? {} : { since }) };
}

function judgedKind(verdict: SloStatus["verdict"]): VerdictKind {
  return verdict.kind === "firing" ? (verdict.tier ?? "ticket") : verdict.kind;
}
