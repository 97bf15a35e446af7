import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isRetryableStatus, parseRetryAfter, postJson } from "./post-json.js";
import { ProviderServer, type ProviderAnswer } from "./testing/provider-server.js";

let provider: ProviderServer | undefined;
afterEach(() => provider?.close());

async function post(answer: ProviderAnswer, change: (url: URL) => void = () => undefined) {
  provider = await ProviderServer.start(() => answer);
  const url = new URL(`${provider.url}/hook`);
  change(url);
  return postJson({ url, body: "{}", timeoutMs: 20_000 });
}

describe("what is worth another attempt", () => {
  it("holds for every status that may pass, and for no other", () => {
    const worth = Array.from({ length: 500 }, (_, index) => index + 100).filter(isRetryableStatus);
    expect(worth.filter((status) => status < 500)).toEqual([408, 425, 429]);
    expect(worth.filter((status) => status >= 500)).toHaveLength(100);
  });
});

describe("Retry-After", () => {
  const date = "Sat, 21 Nov 2026 10:00:00 GMT";

  it("is read as seconds", () => expect(parseRetryAfter("7", null)).toBe(7_000));
  it("is read as an instant by the provider's clock", () =>
    expect(parseRetryAfter("Sat, 21 Nov 2026 10:00:30 GMT", date)).toBe(30_000));
  it("is no wait at all when the instant has passed", () =>
    expect(parseRetryAfter("Sat, 21 Nov 2026 09:00:00 GMT", date)).toBe(0));
  it("is at most an hour", () => expect(parseRetryAfter("99999999", null)).toBe(3_600_000));
  it("is left out when it says nothing", () => {
    expect(parseRetryAfter(null, date)).toBeUndefined();
    expect(parseRetryAfter("soon", date)).toBeUndefined();
    expect(parseRetryAfter("Sat, 21 Nov 2026 09:00:00 GMT", null)).toBeUndefined();
  });
});

describe("a request", () => {
  it("does not follow a redirect, and what it carries goes nowhere else", async () => {
    const elsewhere = await ProviderServer.start(() => ({ status: 200, body: "ok" }));
    const answer = await post({ status: 307, headers: { location: `${elsewhere.url}/stolen` }, body: "" });
    expect(answer).toMatchObject({ kind: "answered", status: 307 });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  it("reads no more than 64 KiB of an answer", async () => {
    const answer = await post({ status: 200, body: "x".repeat(3_000_000) });
    expect(answer.kind === "answered" && answer.body.length).toBe(64 * 1024);
  });

  it("sends an address's user and password as a header", async () => {
    await post({ status: 200, body: "" }, (url) => {
      url.username = "ana";
      url.password = "p@ss";
    });
    expect(provider?.received[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ana:p@ss").toString("base64")}`);
    expect(provider?.received[0]?.path).toBe("/hook");
  });

  it("says that nobody answers when the server hangs up half-way", async () => {
    const server = createServer((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`);
    const answer = await postJson({ url, body: "{}", timeoutMs: 20_000 });
    expect(answer.kind).toBe("unreachable");
    expect(JSON.stringify(answer)).not.toContain("secret-path");
    await new Promise((resolve) => server.close(resolve));
  });

  it("says that nobody answers when the server speaks no HTTP", async () => {
    const server = createServer((socket) => socket.once("data", () => socket.end("220 mail ready\r\n")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect((await postJson({ url, body: "{}", timeoutMs: 20_000 })).kind).toBe("unreachable");
    await new Promise((resolve) => server.close(resolve));
  });

  it("names the kind of a network error and not the address", async () => {
    const answer = await postJson({ url: new URL("http://127.0.0.1:1/secret-path"), body: "{}", timeoutMs: 20_000 });
    expect(answer).toMatchObject({ kind: "unreachable", reason: expect.stringMatching(/^not reachable/) });
    expect(JSON.stringify(answer)).not.toContain("secret-path");
  });
});
