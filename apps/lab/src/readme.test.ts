import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DURATION_BUCKETS } from "./http/request-metrics.js";
import { LAB_ERROR_CODES } from "./lab-error.js";
import { DEFAULT_PORT_BASE, labAddresses, LAB_BANKS, LAB_SERVICES, listeningProcesses } from "./topology.js";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");

describe("the README", () => {
  it("shows every process at the port that it has", () => {
    const text = README.replaceAll(/ +/g, " ");
    for (const { name, port } of listeningProcesses(labAddresses())) {
      const shown = name === "supervisor" ? "supervisor (control API)" : name.replace("-balancer", " balancer");
      expect(text).toContain(`${shown} :${port}`);
    }
    expect(text).toContain(`port base (${DEFAULT_PORT_BASE})`);
  });

  it("names every route, bucket and error code", () => {
    expect(README).toContain(`Buckets: ${DURATION_BUCKETS.join(", ")} s.`);
    for (const route of [...LAB_SERVICES, ...LAB_BANKS].flatMap(({ routes }) => routes))
      expect(README).toContain(`\`${route}\``);
    for (const code of LAB_ERROR_CODES) expect(README).toContain(`\`${code}\``);
  });
});
