import { deadManContract, describeContract, type DeadManHarness } from "@plimsoll/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { createHttpDeadMan, deadManSettingsSchema } from "./dead-man.js";
import { ProviderServer, type ProviderAnswer } from "./testing/provider-server.js";

const TOKEN = "0f6d2c1e-secret-token";
let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

async function pingTo(answer: ProviderAnswer | undefined, timeoutMs = 20_000) {
  provider = await ProviderServer.start(() => answer);
  const outcome = await createHttpDeadMan({ url: `${provider.url}/${TOKEN}`, timeoutMs }).ping();
  return { outcome, received: provider.received };
}

describeContract({ describe, it }, deadManContract, async (): Promise<DeadManHarness> => {
  const accept: ProviderAnswer = { status: 200, body: "OK" };
  const service = await ProviderServer.start(() => accept);
  const url = `${service.url}/ping/${TOKEN}`;
  const patient = createHttpDeadMan({ url, timeoutMs: 20_000 });
  // Given up soon only where the service hangs: elsewhere a slow machine would look like a silent service.
  const hasty = createHttpDeadMan({ url, timeoutMs: 300 });
  let deadMan = patient;
  return {
    get deadMan() {
      return deadMan;
    },
    secret: TOKEN,
    behave: (behaviour) => {
      deadMan = behaviour.kind === "hang" ? hasty : patient;
      return service.behave(behaviour, () => accept);
    },
    received: () => service.received.length,
    close: () => service.close(),
    patienceMs: 30_000,
  };
});

it("pings by a POST without anything in it", async () => {
  const { outcome, received } = await pingTo({ status: 200, body: "OK" });
  expect(outcome).toEqual({ kind: "pinged" });
  expect(received).toMatchObject([{ method: "POST", path: `/${TOKEN}`, body: "{}" }]);
});

it.each([
  [301, false],
  [404, false],
  [429, true],
  [500, true],
  [503, true],
])("tells a status of %i, and whether it may be another one next time", async (status, retryable) => {
  const { outcome } = await pingTo({ status, body: `no check ${TOKEN}`, headers: { location: `/${TOKEN}` } });
  expect(outcome).toMatchObject({ kind: "failed", retryable });
  expect(JSON.stringify(outcome)).toContain(String(status));
  expect(JSON.stringify(outcome)).not.toContain(TOKEN);
});

it("tells a broken connection, silence and nobody there, without the address", async () => {
  const dropped = await pingTo({ drop: true, status: 200, body: "" });
  await provider?.close();
  const silent = await pingTo(undefined, 50);
  const { url } = provider ?? { url: "" };
  await provider?.close();
  const away = await createHttpDeadMan({ url: `${url}/${TOKEN}`, timeoutMs: 20_000 }).ping();
  for (const outcome of [dropped.outcome, silent.outcome, away]) {
    expect(outcome).toMatchObject({ kind: "failed", retryable: true });
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
  }
  expect(silent.outcome).toMatchObject({ reason: expect.stringContaining("50 ms") });
});

it("takes its address as a reference, and refuses what is none without showing it", () => {
  expect(deadManSettingsSchema.safeParse({ url: { reveal: () => "https://example.test/x" } }).success).toBe(true);
  const wrong = `ftp://example.test/${TOKEN}`;
  expect(() => createHttpDeadMan({ url: wrong })).toThrow(
    expect.objectContaining({ code: "notifier-settings-invalid" }),
  );
  expect(() => createHttpDeadMan({ url: wrong })).not.toThrow(TOKEN);
});
