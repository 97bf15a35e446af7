import type { SloStatus } from "../api/answers.js";
import { GROUPS, shownVerdict, type VerdictKind } from "./shown-verdict.js";
import { countVerdicts } from "./slo-filter.js";
import { sortSlos } from "./sort-slos.js";

/** What the top of the overview says. */
export type Headline = {
  readonly kind: VerdictKind | "empty" | "overspent" | "incident";
  readonly title: string;
  /** The one SLO that the title begins with, when there is only one. */
  readonly single?: SloStatus;
  readonly rest: string;
  /** The SLOs that the title is about, worst first. */
  readonly about: readonly SloStatus[];
};

const TITLES = {
  page: ["1 SLO pages", "# SLOs page"],
  ticket: ["Nothing pages. 1 SLO needs a ticket", "Nothing pages. # SLOs need tickets"],
  frozen: ["Nothing known to page. 1 SLO cannot be judged", "Nothing known to page. # SLOs cannot be judged"],
  "no-data": ["Nothing has been measured yet", "Nothing has been measured yet"],
} as const;

/** The title as one text, for the tab and for screen readers. */
export function headlineWords({ single, title }: Headline): string {
  return single === undefined ? title : `${single.title ?? single.id} ${title}`;
}

/** Finds the one thing to say first. Shadows and what is held back have no say. */
export function headline(slos: readonly SloStatus[], openIncidents = 0): Headline {
  if (slos.length === 0) return { kind: "empty", title: "No SLOs yet", rest: "", about: [] };
  const heard = sortSlos(slos).filter((slo) => !shownVerdict(slo).quiet);
  const rest = countWords(slos);
  for (const kind of ["page", "ticket", "frozen"] as const) {
    const about = heard.filter((slo) => shownVerdict(slo).kind === kind);
    const [one, many] = TITLES[kind];
    const [single] = about;
    if (single === undefined) continue;
    if (kind === "page" && about.length === 1) return { kind, title: "pages", single, rest, about };
    const title = about.length === 1 ? one : many.replace("#", String(about.length));
    return { kind, title, rest, about };
  }
  const overspent = heard.filter((slo) => slo.budget.remainingRatio < 0);
  if (overspent.length > 0) {
    const title = `Nothing pages. ${overspent.length === 1 ? "1 budget is" : `${overspent.length} budgets are`} overspent`;
    return { kind: "overspent", title, rest, about: overspent };
  }
  // What does not burn any more may still be open: somebody has to say that it is over.
  if (openIncidents > 0) {
    const title = `Nothing pages. ${openIncidents === 1 ? "1 incident is" : `${openIncidents} incidents are`} open`;
    return { kind: "incident", title, rest, about: [] };
  }
  const measured = heard.filter((slo) => shownVerdict(slo).kind === "healthy");
  if (measured.length === 0) return { kind: "no-data", title: TITLES["no-data"][0], rest, about: [] };
  const title = measured.length === heard.length ? "All within budget" : "Nothing pages";
  return { kind: "healthy", title, rest, about: [] };
}

function countWords(slos: readonly SloStatus[]): string {
  const counts = countVerdicts(slos);
  const words = {
    page: "paging",
    ticket: "with a ticket",
    frozen: "frozen",
    "no-data": "without data",
    healthy: "healthy",
    silent: "held back or shadow",
  };
  const parts = GROUPS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${words[kind]}`);
  return `${slos.length === 1 ? "1 SLO" : `${slos.length} SLOs`}: ${parts.join(", ")}`;
}
