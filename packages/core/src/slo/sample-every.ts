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

/**
 * How often each composite has an event at most: as often as the busiest of its members, where every one is made of probes
 * or slices. Left out where it may have as many as there is traffic. `everyMs` is what is known of the pace of a probe.
 */
export function compositeEventEvery(
  slos: readonly Slo[],
  { everyMs, sliceMs }: { readonly everyMs: (slo: Slo) => number | undefined; readonly sliceMs: number },
): ReadonlyMap<string, number> {
  const byId = new Map(slos.map((slo) => [slo.id, slo]));
  const busiest = (slo: Slo | undefined, above: ReadonlySet<string>): number | undefined => {
    if (slo === undefined || above.has(slo.id)) return undefined;
    if (slo.sli.kind === "time-slices") return sliceMs;
    if (slo.sli.kind === "probe") return everyMs(slo) ?? slo.sampleEveryMs;
    if (slo.sli.kind !== "composite") return undefined;
    const below = new Set(above).add(slo.id);
    const paces = slo.sli.members.map((member) => busiest(byId.get(member.slo), below));
    return paces.length > 0 && paces.every((pace) => pace !== undefined) ? Math.min(...paces) : undefined;
  };
  const composites = slos.filter(({ sli }) => sli.kind === "composite");
  return new Map(
    composites.flatMap((slo) => {
      const pace = busiest(slo, new Set());
      return pace === undefined ? [] : [[slo.id, pace] as const];
    }),
  );
}
