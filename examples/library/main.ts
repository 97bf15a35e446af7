import { createMemoryPorts } from "@plimsoll/adapters-memory";
import { createPlimsoll, defineSettings, defineSlo, formatShare, type SliSource } from "@plimsoll/core";

const [sliceMs, day] = [60_000, 86_400_000];
// A source of one's own: 100 requests in every slice, and half of them failed in the last ten minutes.
const mine: SliSource = {
  async read({ fromMs, toMs }) {
    const slices = Array.from({ length: (toMs - fromMs) / sliceMs }, (_, index) => fromMs + index * sliceMs);
    const samples = slices.map((atMs) => {
      const good = Date.now() - atMs < 10 * sliceMs ? 50 : 100;
      return { fromMs: atMs, toMs: atMs + sliceMs, measurement: { kind: "counts" as const, good, total: 100 } };
    });
    return { kind: "read", samples, watermarkMs: toMs, setAside: [], notes: [] };
  },
};
const sli = { kind: "events", selector: { source: "mine", query: {} } } as const;
const slo = defineSlo({ id: "web-availability", service: "web", target: 0.999, window: "30d", sli }, { sliceMs });
const services = [{ id: "web", tier: 1, dependsOn: [] }] as const;
const reading = { mine: { backfillMs: 7 * day, latenessMs: 0 } };
const settings = defineSettings({ sliceMs, services, slos: [slo], reading });
const engine = await createPlimsoll({ ports: createMemoryPorts({ sources: { mine } }), settings });

await engine.collect(slo.id);
await engine.round();
const view = engine.slo(slo.id);
console.log(`budget left: ${formatShare(view?.evaluation.budget.remainingRatio ?? 1)}`);
console.log(view?.explanation.text);
console.log(`may a feature go? ${(await engine.gate({ risk: "risky", services: ["web"] })).decision}`);
await engine.close();
