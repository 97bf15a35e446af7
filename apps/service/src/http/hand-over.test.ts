import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handOverSchema, runDetailSchema } from "../api.js";
import { bearer, TOKENS, type MemoryService } from "../testing/memory-service.js";
import { startOnCallService } from "../testing/on-call-service.js";

const RUNBOOK = `
version: 1
runbook: fail-over
title: Fail over
level: 3
owner: team-platform
symptoms: [payments-availability]
steps:
  - { id: switch, title: "Switch <the> provider", do: { manual: "Turn the switch." } }
`;

let service: MemoryService;
beforeEach(async () => {
  service = await startOnCallService(RUNBOOK);
});
afterEach(() => service.close());

const post = async (path: string, body: object): Promise<unknown> => {
  const answer = await service.ask(`/api/v1${path}`, {
    method: "POST",
    headers: { ...bearer(TOKENS.responder), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body}`);
  return answer.json();
};
/** What the shift that is on then leaves: ben's began on the 9th, and an override ends it on the 11th at 09:00 UTC. */
const handOver = async (at: string) =>
  handOverSchema.parse((await service.ask(`/api/v1/schedules/primary/hand-over?at=${at}`)).json());
const declared = async () =>
  (await post("/incidents", { title: "Nobody can pay", severity: "SEV2", service: "payments" })) as { id: string };

describe("the changes of a shift", () => {
  it("are what incidents are tied to and what runbooks did, newest first, with where to look", async () => {
    const [first, second] = [await declared(), await declared()];
    const deploy = { kind: "change", id: "deploy-7", relation: "began right after it" };
    await post(`/incidents/${first.id}/link`, deploy);
    service.clock.advance(60_000);
    await post(`/incidents/${second.id}/link`, { ...deploy, relation: "as the other" });
    await post(`/incidents/${second.id}/link`, { kind: "alert", id: "cpu", relation: "beside it" });
    const asked = { reason: "The bank is down.", incidentId: first.id };
    await post("/runbooks/fail-over/preview", {});
    const run = runDetailSchema.parse(await post("/runbooks/fail-over/runs", asked));
    await service.engine.runbooks.advance();
    await service.engine.runbooks.advance();
    expect((await handOver("2026-03-10T13:00:00Z")).changesShipped.map(({ id }) => id)).toEqual(["deploy-7"]);
    service.clock.advance(60_000);
    await post(`/runbook-runs/${run.id}/report`, { stepId: "switch", succeeded: true, note: "Turned." });
    await service.engine.runbooks.advance();

    const made = await handOver("2026-03-10T13:00:00Z");
    expect(made.changesShipped).toEqual([
      {
        kind: "runbook-run",
        id: run.id,
        what: "Fail over (succeeded): Switch <the> provider",
        by: "responder-name",
        at: "2026-03-10T12:02:00.000Z",
        services: ["payments"],
        see: [
          { kind: "runbook-run", id: run.id, path: `/api/v1/runbook-runs/${run.id}` },
          { kind: "incident", id: first.id, path: `/api/v1/incidents/${first.id}` },
        ],
      },
      {
        kind: "change",
        id: "deploy-7",
        what: "began right after it",
        by: "responder-name",
        at: "2026-03-10T12:00:00.000Z",
        services: ["payments"],
        see: [first, second].map(({ id }) => ({ kind: "incident", id, path: `/api/v1/incidents/${id}` })),
      },
    ]);
    for (const { see } of made.changesShipped) {
      for (const { path } of see) expect((await service.ask(path)).status).toBe(200);
    }
    expect(made.markdown).toContain(
      "- **deploy-7** began right after it (payments, responder-name, 2026-03-10 12:00:00 UTC; see incident INC-001, incident INC-002)\n",
    );
    expect(made.markdown).toContain("Switch &#60;the&#62; provider (payments, responder-name, ");
  });

  it("are not those of another shift", async () => {
    const { id } = await declared();
    await post(`/incidents/${id}/link`, { kind: "change", id: "deploy-7", relation: "began right after it" });
    for (const at of ["2026-03-08T00:00:00Z", "2026-03-12T00:00:00Z"]) {
      const { changesShipped, markdown } = await handOver(at);
      expect(changesShipped).toEqual([]);
      expect(markdown).toContain("## Changes shipped\n\nNone.\n");
    }
  });
});
