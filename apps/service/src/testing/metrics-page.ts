import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A service under observation: a real metrics page whose counters a test moves. */
export type MetricsPage = {
  readonly url: string;
  /** Adds requests; the page shows them from now on. */
  count(requests: { readonly good?: number; readonly bad?: number }): void;
  /** Makes the page answer with this status until it is 200 again. */
  answer(status: number): void;
  close(): Promise<void>;
};

export async function startMetricsPage(): Promise<MetricsPage> {
  let good = 0;
  let bad = 0;
  let status = 200;
  const server: Server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "text/plain; version=0.0.4" });
    response.end(
      [
        "# TYPE http_requests_total counter",
        `http_requests_total{service="payments",code_class="2xx"} ${good}`,
        `http_requests_total{service="payments",code_class="5xx"} ${bad}`,
        "",
      ].join("\n"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/metrics`,
    count(requests) {
      good += requests.good ?? 0;
      bad += requests.bad ?? 0;
    },
    answer(next) {
      status = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
