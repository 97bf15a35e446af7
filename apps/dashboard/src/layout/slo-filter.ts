import type { SloStatus } from "../api/answers.js";
import { groupOf, GROUPS, shownVerdict, type VerdictGroup } from "./shown-verdict.js";

/** What of the list is shown. Lives in the address, so that it can be sent to somebody. */
export type SloFilter = { readonly text: string; readonly service: string; readonly verdict: VerdictGroup | "" };

export function readFilter(query: URLSearchParams): SloFilter {
  const verdict = GROUPS.find((group) => group === query.get("verdict")) ?? "";
  return { text: query.get("q") ?? "", service: query.get("service") ?? "", verdict };
}

export function writeFilter({ service, text, verdict }: SloFilter): string {
  const query = new URLSearchParams();
  if (text !== "") query.set("q", text);
  if (service !== "") query.set("service", service);
  if (verdict !== "") query.set("verdict", verdict);
  return query.size === 0 ? "" : `?${query.toString()}`;
}

/** Every word must be somewhere in the SLO's names. */
export function filterSlos(slos: readonly SloStatus[], filter: SloFilter): readonly SloStatus[] {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return slos.filter((slo) => {
    if (filter.service !== "" && slo.service !== filter.service) return false;
    if (filter.verdict !== "" && groupOf(shownVerdict(slo)) !== filter.verdict) return false;
    const names = `${slo.id} ${slo.service} ${slo.title ?? ""} ${slo.owner ?? ""} ${slo.kind}`.toLowerCase();
    return words.every((word) => names.includes(word));
  });
}

export function countVerdicts(slos: readonly SloStatus[]): Readonly<Record<VerdictGroup, number>> {
  const counts = { page: 0, ticket: 0, frozen: 0, "no-data": 0, healthy: 0, silent: 0 };
  for (const slo of slos) counts[groupOf(shownVerdict(slo))] += 1;
  return counts;
}
