import type { EvidenceGatherer, Service } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { createWorld, quickSlo, type WorldOptions } from "./world.js";

const services: readonly Service[] = [
  { id: "checkout", tier: 1, dependsOn: ["payments"] },
  { id: "payments", tier: 1, dependsOn: [] },
];

async function evidenceOf(options: Pick<WorldOptions, "settings" | "ports">) {
  const world = await createWorld({ slos: [quickSlo("a")], ...options });
  const { engine } = world;
  const asked = { actor: "eve", title: "Nobody can pay", severity: "SEV2" } as const;
  await engine.declareIncident({ ...asked, service: "payments" });
  await engine.commandIncident("INC-001", {
    type: "link",
    actor: "eve",
    link: { kind: "change", id: "v7", relation: "deploy" },
  });
  await world.wait(60 * 60_000);
  await engine.declareIncident({ ...asked, service: "checkout" });
  const view = await engine.incident("INC-002");
  return view?.evidence.map(({ hash, kind, source, summary }) => ({ kind, source, summary, hashed: hash !== "" }));
}

describe("the evidence of an incident", () => {
  it("is also what the library's user looks for, and says where that could not be looked at", async () => {
    const logs: EvidenceGatherer = {
      name: "logs",
      gather: async ({ causeId, fromMs, service, toMs }) => [
        { id: `${causeId}/logs`, kind: "logs", source: "loki", fromMs, toMs, summary: `lines of ${service}`, data: [] },
      ],
    };
    const broken: EvidenceGatherer = { name: "traces", gather: async () => Promise.reject(new Error("token=secret")) };
    expect(await evidenceOf({ settings: { services }, ports: { gatherers: [logs, broken] } })).toEqual([
      { kind: "logs", source: "loki", summary: "lines of checkout", hashed: true },
      { kind: "other", source: "traces", summary: "traces could not be looked at", hashed: true },
    ]);
  });

  it("is what the engine knows itself where it is told to gather that: changes of the last hour, and the topology", async () => {
    expect(await evidenceOf({ settings: { services, gathersKnown: true } })).toEqual([
      { kind: "changes", source: "engine", summary: "one change in the time before: v7", hashed: true },
      { kind: "topology", source: "engine", summary: "checkout depends on payments: none of them fires", hashed: true },
    ]);
    expect(await evidenceOf({ settings: { services, gathersKnown: false } })).toEqual([]);
    expect(await evidenceOf({ settings: { services } })).toEqual([]);
  });
});
