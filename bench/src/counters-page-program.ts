import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BENCH_METRIC, countersAt, sloNumbers } from "./counted-fleet.js";

/*
 * Serves /metrics?slos=<n>: two counters for each SLO, as of the last whole second, so that any two scrapes, whenever they
 * happen, tell the same share of bad events. A process of its own, so that it counts for nobody.
 */
const pages = new Map<number, { readonly second: number; readonly text: string }>();

function pageOf(slos: number): string {
  const second = Math.floor(Date.now() / 1_000);
  const known = pages.get(slos);
  if (known?.second === second) return known.text;
  const lines = [`# HELP ${BENCH_METRIC} Requests.`, `# TYPE ${BENCH_METRIC} counter`];
  for (const slo of sloNumbers(slos)) {
    const { good, bad } = countersAt(slo, second);
    lines.push(
      `${BENCH_METRIC}{service="s${slo}",code="200"} ${good}`,
      `${BENCH_METRIC}{service="s${slo}",code="500"} ${bad}`,
    );
  }
  const text = `${lines.join("\n")}\n`;
  pages.set(slos, { second, text });
  return text;
}

const server = createServer((request, response) => {
  const slos = Number(new URL(request.url ?? "/", "http://localhost").searchParams.get("slos") ?? 1);
  response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
  response.end(pageOf(slos));
});
server.listen(0, "127.0.0.1", () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`),
);
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
