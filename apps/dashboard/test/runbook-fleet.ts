import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@plimsoll/config";
import { serviceRegistry, startService } from "@plimsoll/service";

/** The password of everybody here. */
export const PASSWORD = "correct horse battery";

/** The real service with runbooks, people who run and approve them, and what they act on. */
export type RunbookFleet = {
  readonly address: string;
  /** What the platform was asked to do. */
  readonly asked: readonly string[];
  /** Whether the platform is well from now on. */
  setHealthy(is: boolean): void;
  close(): Promise<void>;
};

export async function startRunbookFleet(dashboardDirectory: string): Promise<RunbookFleet> {
  const asked: string[] = [];
  let healthy = false;
  const platform = createServer((request, response) => {
    if (request.method === "POST") asked.push(request.url ?? "");
    response.writeHead(request.method === "POST" || healthy ? 200 : 503).end("{}");
  });
  await new Promise<void>((resolve) => platform.listen(0, "127.0.0.1", resolve));
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-runbooks-"));
  await mkdir(join(folder, "runbooks"));
  for (const [name, text] of Object.entries(runbooks((platform.address() as AddressInfo).port))) {
    await writeFile(join(folder, "runbooks", `${name}.yaml`), text);
  }
  const parsed = parseConfig([{ name: "plimsoll.yaml", text: configuration(folder) }], {
    ...serviceRegistry,
    readSecret: () => ({ ok: false, error: "none" }) as never,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const service = await startService(parsed.value, {
    stateDirectory: folder,
    dashboardDirectory,
    version: "0.0.0-test",
    logLevel: "silent",
  });
  const { token } = JSON.parse(await readFile(join(folder, "service.json"), "utf8")) as { readonly token: string };
  for (const [name, role] of [
    ["ana", "responder"],
    ["ben", "approver"],
    ["cleo", "viewer"],
  ]) {
    const answer = await fetch(`${service.address}/api/v1/users`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ name, role, password: PASSWORD }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return {
    address: service.address,
    asked,
    setHealthy: (is) => void (healthy = is),
    async close() {
      await service.stop();
      platform.closeAllConnections();
      platform.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string): string {
  return `
version: 1
slice: 15s
storage: ${folder}/data
http: { port: 0 }
runbooks: ${folder}/runbooks
sources: { pages: { type: scrape, targets: ["http://127.0.0.1:1/metrics"] } }
services: { payments: { tier: 1 } }
slos:
  payments-availability:
    service: payments
    target: 99.9%
    window: 30d
    sli: { kind: events, source: pages, query: { bad: up, total: up } }
`;
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
