import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SliRequest } from "@plimsoll/core";
import { DateTime } from "luxon";
import { expect, it, onTestFinished, vi } from "vitest";
import { createProbeSource } from "./probe-source.js";

const SLICE_MS = 100;

async function service(status: () => number) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(status()).end("pong");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen };
}

it("probes a real service in the background and sees it fail, with a secret that nobody sees", async () => {
  let isBroken = false;
  const { url, seen } = await service(() => (isBroken ? 500 : 200));
  const clock = { now: () => DateTime.utc() };
  const source = createProbeSource(
    { every: "50ms", secretHeaders: { web: { authorization: { reveal: () => "Bearer s3cret" } } } },
    { clock },
  );
  onTestFinished(() => source.close?.());
  const fromMs = Math.floor(Date.now() / SLICE_MS) * SLICE_MS;
  const request = (): SliRequest => ({
    sloId: "web",
    sli: { kind: "probe", selector: { source: "probes", query: { probe: "http", url, secretHeaders: "web" } } },
    fromMs,
    toMs: Math.floor(Date.now() / SLICE_MS) * SLICE_MS,
    sliceMs: SLICE_MS,
  });
  const sum = async () => {
    const reading = await source.read(request());
    expect(JSON.stringify(reading)).not.toContain("s3cret");
    const counts = { good: 0, bad: 0 };
    for (const { measurement } of reading.kind === "read" ? reading.samples : []) {
      if (measurement.kind !== "counts") continue;
      counts.good += measurement.good;
      counts.bad += measurement.total - measurement.good;
    }
    return counts;
  };
  source.watch(request());
  await vi.waitUntil(async () => (await sum()).good >= 2, { timeout: 20_000 });
  isBroken = true;
  await vi.waitUntil(async () => (await sum()).bad >= 2, { timeout: 20_000 });
  expect(new Set(seen)).toEqual(new Set(["Bearer s3cret"]));
});

it("says which sets of secret headers there are when one is asked for that is not", async () => {
  const source = createProbeSource({ secretHeaders: { web: {} } }, { clock: { now: () => DateTime.utc() } });
  onTestFinished(() => source.close?.());
  const sli = {
    kind: "probe",
    selector: { source: "probes", query: { probe: "http", url: "http://127.0.0.1:1/", secretHeaders: "wbe" } },
  } as const;
  const reading = await source.read({ sloId: "web", sli, fromMs: 0, toMs: 1_000, sliceMs: 1_000 });
  expect(reading).toMatchObject({
    kind: "failed",
    code: "unknown-secret-headers",
    message: "SLO web: secretHeaders: the source has no set `wbe`; it has web",
  });
});
