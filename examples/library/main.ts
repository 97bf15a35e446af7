import { createMemoryPorts } from "@plimsoll/adapters-memory";
import {
  createPlimsoll,
  DEFAULT_BUDGET_POLICY,
  formatShare,
  resolveRules,
  type Slo,
  type SliSource,
} from "@plimsoll/core";

const DAY = 86_400_000;
const sliceMs = 60_000;
// A source of one's own: 100 requests in every slice, and half of them failed in the last ten minutes.
const source: SliSource = {
  async read({ fromMs, toMs }) {
    const slices = Array.from({ length: (toMs - fromMs) / sliceMs }, (_, index) => fromMs + index * sliceMs);
    const good = (atMs: number) => (Date.now() - atMs < 10 * sliceMs ? 50 : 100);
    const samples = slices.map((atMs) => ({
      fromMs: atMs,
      toMs: atMs + sliceMs,
      measurement: { kind: "counts" as const, good: good(atMs), total: 100 },
    }));
    return { kind: "read", samples, watermarkMs: toMs, setAside: [], notes: [] };
  },
};
const slo: Slo = {
  id: "web-availability",
  service: "web",
  version: 1,
  target: 0.999,
  window: { kind: "rolling", lengthMs: 30 * DAY },
  sli: { kind: "events", selector: { source: "mine", query: {} } },
  mode: "active",
  gapIs: "gap",
  policy: DEFAULT_BUDGET_POLICY,
  alerting: { rules: resolveRules("google", { periodMs: 30 * DAY, sliceMs }), minBadEvents: 3, suppressedBy: [] },
};
const engine = await createPlimsoll({
  ports: createMemoryPorts({ sources: { mine: source } }),
  settings: {
    sliceMs,
    slos: [slo],
    services: [{ id: "web", tier: 1, dependsOn: [] }],
    corrections: [],
    freezeWindows: [],
    incidents: { cooldownMs: 0, autoCloseAfterMs: DAY },
    notify: { pages: [], tickets: [], incidents: [] },
    reading: { mine: { backfillMs: 7 * DAY, latenessMs: 0 } },
  },
});
await engine.collect(slo.id);
await engine.round();
const view = engine.slo(slo.id);
console.log(`budget left: ${formatShare(view?.evaluation.budget.remainingRatio ?? 1)}`);
console.log(view?.explanation.text);
console.log(`may a feature go? ${(await engine.gate({ risk: "risky", services: ["web"] })).decision}`);
await engine.close();
