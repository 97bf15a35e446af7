import type { RemedyOrder, Runbook } from "@plimsoll/core";
import { createFakeRemediator } from "@plimsoll/testkit";
import { expect, it } from "vitest";
import { createWorld, quickSlo } from "./world.js";

const restart: Runbook = {
  id: "restart",
  title: "Restart it",
  level: 4,
  symptoms: [],
  links: [],
  maximumAgeMs: 86_400_000,
  parameters: {},
  steps: [
    {
      id: "restart",
      title: "Restart",
      action: { kind: "remedy", call: { remediator: "lab", remedy: "add", target: "payments", parameters: {} } },
      approval: false,
      timeoutMs: 60_000,
      retry: { attempts: 3, delayMs: 0 },
      compensation: { kind: "undo" },
      risk: "caution",
    },
  ],
};

it("An engine that is closed cancels what an adapter is at and does not wait for it; the incident keeps that it may have acted", async () => {
  const orders: RemedyOrder[] = [];
  const execute = (order: RemedyOrder): Promise<never> => new Promise(() => void orders.push(order));
  const world = await createWorld({
    slos: [quickSlo("a")],
    settings: { runbooks: new Map([[restart.id, restart]]), automation: { mode: "act", attemptsPerDay: 1 } },
    ports: { remediators: { lab: { ...createFakeRemediator(), execute } } },
  });
  const { engine } = world;
  await engine.declareIncident({ actor: "ann", title: "Down", severity: "SEV2", service: "payments" });
  const asked = { runbookId: "restart", actor: "ann", causeId: "asked", reason: "it is down", incidentId: "INC-001" };
  await engine.runbooks.request(asked);
  await engine.runbooks.advance();
  const advancing = engine.runbooks.advance();
  for (let turn = 0; turn < 1_000 && orders.length === 0; turn += 1) await Promise.resolve();
  expect(orders.map(({ cancel }) => cancel?.aborted)).toEqual([false]);

  await engine.close();
  await advancing;
  expect(orders.map(({ cancel }) => cancel?.aborted)).toEqual([true]);
  const [run] = engine.runbooks.all();
  expect(run?.steps[0]).toMatchObject({
    words: "the engine stopped meanwhile: there was no answer",
    mayHaveActed: true,
  });
  await world.crash();
  for (let time = 0; time < 4; time += 1) await world.engine.runbooks.advance();
  expect(world.engine.runbooks.all()[0]?.status).toBe("compensated");
  expect(orders).toHaveLength(1);
});
