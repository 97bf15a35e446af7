import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryTimer, createSystemClock } from "@plimsoll/adapters-memory";
import { freePort, prometheus, skipUnlessAvailable } from "@plimsoll/tools/components";
import { expect, it, vi } from "vitest";
import { startMemoryService, TOKENS } from "../../testing/memory-service.js";

const RULES = `
groups:
  - name: app
    interval: 1s
    rules:
      - alert: QueueStuck
        expr: queue_stuck > 0
        labels: { severity: critical, service: payments }
        annotations: { summary: "The queue of {{ $labels.job }} is stuck" }
`;

const configuration = (appPort: number, servicePort: number): string => `
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{ targets: ["127.0.0.1:${servicePort}"] }]
      authorization: { credentials: ${TOKENS.responder} }
scrape_configs: [{ job_name: app, static_configs: [{ targets: ["127.0.0.1:${appPort}"] }] }]
`;

it(
  "takes a real Prometheus for which it is the Alertmanager: a rule fires there, an incident is here, and resolves",
  { timeout: 120_000 },
  async (context) => {
    let stuck = 1;
    const app = createServer((_request, response) =>
      response.writeHead(200, { "content-type": "text/plain" }).end(`queue_stuck ${stuck}\n`),
    );
    const appPort = await freePort();
    await new Promise<void>((resolve) => app.listen(appPort, "127.0.0.1", resolve));
    // Prometheus has the wall's clock, and an alert's end may come after its last word.
    const clock = createSystemClock();
    const timer = createMemoryTimer({ clock });
    const service = await startMemoryService({ nowMs: () => Date.now(), ports: { clock, timer } });
    const running = await prometheus({
      config: configuration((app.address() as AddressInfo).port, service.port),
      files: { "rules.yml": RULES },
    });
    try {
      skipUnlessAvailable(context, running);
      const { incidents } = service.engine;
      const waiting = { timeout: 60_000, interval: 100 };
      await vi.waitUntil(() => incidents().length > 0, waiting);
      expect(incidents()[0]).toMatchObject({
        title: "The queue of app is stuck",
        service: "payments",
        severity: "SEV2",
        status: "declared",
      });

      stuck = 0;
      await vi.waitUntil(() => incidents().every(({ status }) => status === "resolved"), waiting);
      expect(incidents()).toHaveLength(1);
    } finally {
      if (running.kind === "running") await running.stop();
      await service.close();
      app.closeAllConnections();
      app.close();
    }
  },
);
