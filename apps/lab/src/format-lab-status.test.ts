import { expect, it } from "vitest";
import type { LabStatus, ProcessStatus } from "./control-protocol.js";
import { formatLabStatus } from "./format-lab-status.js";

const NOW = new Date("2026-11-21T12:00:00.000Z");
const running = (name: string, pid: number, port: number): ProcessStatus => ({
  name,
  pid,
  port,
  state: "running",
  since: "2026-11-21T11:56:50.000Z",
  restarts: 0,
});

const STATUS: LabStatus = {
  supervisor: { pid: 100, port: 18_400, since: "2026-11-19T10:00:00.000Z" },
  gatewayUrl: "http://127.0.0.1:18410",
  services: [
    {
      name: "payments",
      address: "http://127.0.0.1:18440",
      calls: ["bank", "bank-fallback"],
      versions: ["v1"],
      balancer: running("payments-balancer", 101, 18_440),
      instances: [
        {
          ...running("payments-1", 9_302, 18_441),
          url: "http://127.0.0.1:18441",
          version: "v1",
          faults: [{ kind: "errors", ratio: 0.4 }],
        },
        {
          name: "payments-2",
          port: 18_442,
          state: "crashed",
          since: "2026-11-21T12:00:00.000Z",
          restarts: 12,
          url: "http://127.0.0.1:18442",
          version: "v1",
          faults: [{ kind: "crash" }],
        },
      ],
      traffic: { seconds: 10, requestsPerSecond: 5.96, errorRatio: 0.2037 },
      routing: { fallback: 0.85 },
    },
  ],
  banks: [
    {
      name: "bank",
      address: "http://127.0.0.1:18402",
      instances: [
        {
          ...running("bank", 104, 18_402),
          url: "http://127.0.0.1:18402",
          version: "v1",
          faults: [{ kind: "errors", ratio: 1 }],
        },
      ],
      traffic: { seconds: 10, requestsPerSecond: 0.9, errorRatio: 1 },
    },
  ],
  load: {
    process: running("load", 103, 18_401),
    requestsPerSecondWanted: 20,
    traffic: { seconds: 10, requestsPerSecond: 0 },
    routes: {},
  },
};

it("prints the status as aligned text that ends no line with a space", () => {
  expect(formatLabStatus(STATUS, NOW)).toBe(
    `
Lab up for 2 d 2 h, gateway http://127.0.0.1:18410
Load: 0.0 requests/s of 20 wanted, - errors, last 10 s
Charges: payments sends 85 % to bank-fallback

SERVICE   ADDRESS                 REQ/S  ERRORS  INSTANCES  CALLS
payments  http://127.0.0.1:18440    6.0  20.4 %  1 of 2 up  bank, bank-fallback
bank      http://127.0.0.1:18402    0.9   100 %  1 of 1 up  -

PROCESS            STATE     PID   PORT         FOR  RESTARTS  FAULTS
payments-1         running  9302  18441  3 min 10 s         0  errors 40 %
payments-2         crashed     -  18442         0 s        12  crash
payments-balancer  running   101  18440  3 min 10 s         0  -
bank               running   104  18402  3 min 10 s         0  errors 100 %
load               running   103  18401  3 min 10 s         0  -
`.trimStart(),
  );
});
