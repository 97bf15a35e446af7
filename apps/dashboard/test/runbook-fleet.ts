import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PASSWORD, startRealService, UNMEASURED_SLO, type RealService } from "../src/testing/real-service.js";

/** The real service with runbooks, people who run and approve them, and what they act on. */
export type RunbookFleet = {
  readonly service: RealService;
  /** What the platform was asked to do. */
  readonly asked: readonly string[];
  /** Whether the platform is well from now on. */
  setHealthy(is: boolean): void;
  close(): Promise<void>;
};

export async function startRunbookFleet(): Promise<RunbookFleet> {
  const asked: string[] = [];
  let healthy = false;
  const platform = createServer((request, response) => {
    if (request.method === "POST") asked.push(request.url ?? "");
    response.writeHead(request.method === "POST" || healthy ? 200 : 503).end("{}");
  });
  await new Promise<void>((resolve) => platform.listen(0, "127.0.0.1", resolve));
  const service = await startRealService(async (folder) => {
    const files = join(folder, "runbooks");
    await mkdir(files);
    for (const [name, text] of Object.entries(runbooks((platform.address() as AddressInfo).port))) {
      await writeFile(join(files, `${name}.yaml`), text);
    }
    return `runbooks: ${files}\nautomation: { mode: act }\nservices: { payments: { tier: 1 } }${UNMEASURED_SLO}`;
  });
  for (const [name, role] of [
    ["ana", "responder"],
    ["ben", "approver"],
    ["cleo", "viewer"],
  ]) {
    await service.tell("/users", { name, role, password: PASSWORD });
  }
  return {
    service,
    asked,
    setHealthy: (is) => void (healthy = is),
    async close() {
      await service.stop();
      platform.closeAllConnections();
      platform.close();
    },
  };
}

function runbooks(port: number): Readonly<Record<string, string>> {
  const url = `http://127.0.0.1:${port}`;
  const rehearsed = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
  return {
    "drain-node": `
version: 1
runbook: drain-node
title: Drain a bad node
level: 3
owner: platform team
symptoms: [payments-availability, error-surge]
lastRehearsal: ${rehearsed}
parameters:
  node: { description: the node to drain }
health:
  check: { http: { method: GET, url: "${url}/health" } }
  within: 1m
  every: 1s
steps:
  - id: drain
    title: Take the node out
    do: { http: { method: POST, url: "${url}/drain/{{node}}" } }
    approval: true
    risk: dangerous
    undo: { http: { method: POST, url: "${url}/return/{{node}}" } }
  - id: look
    title: Look at the queue
    do: { manual: "Say whether the queue of {{node}} is empty <script>alert(1)</script>." }
`,
    "turn-off-and-on": `
version: 1
runbook: turn-off-and-on
title: Turn the cache off and on
level: 4
owner: platform team
symptoms: [cache-misses]
lastRehearsal: ${rehearsed}
health:
  check: { http: { method: GET, url: "${url}/health" } }
  within: 1m
steps:
  - id: restart
    title: Turn it off and on
    do: { http: { method: POST, url: "${url}/restart" } }
    risk: safe
rehearsals:
  - name: it is well already
    health: [holds]
    expect: { path: [], ends: succeeded }
`,
    "restart-bank": `
version: 1
runbook: restart-bank
title: Restart the connection to the bank
level: 1
symptoms: [bank-timeouts]
steps:
  - id: restart
    title: Restart it
    do: { manual: "Restart the connection, and wait for the first payment." }
    risk: dangerous
`,
  };
}
