import type { Slo } from "./slo.js";

/** Gives every composite that does not say how often it has a sample the longest time that one of its members takes. */
export function withSampleEvery(slos: readonly Slo[]): readonly Slo[] {
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  const slowest = (slo: Slo | undefined, above: ReadonlySet<string>): number => {
    if (slo === undefined || above.has(slo.id)) return 0;
    if (slo.sampleEveryMs !== undefined || slo.sli.kind !== "composite") return slo.sampleEveryMs ?? 0;
    const below = new Set(above).add(slo.id);
    return slo.sli.members.reduce((longest, member) => Math.max(longest, slowest(byId.get(member.slo), below)), 0);
  };
  return slos.map((slo) => {
    const sampleEveryMs = slowest(slo, new Set());
    return sampleEveryMs === 0 ? slo : { ...slo, sampleEveryMs };
  });
}
