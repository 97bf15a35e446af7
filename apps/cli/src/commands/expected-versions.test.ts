import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../run.js";
import { createFakeIo } from "../testing/fake-io.js";

const MESSAGE = "It is at version 8, not 7. Read it again, and ask again if it still makes sense.";

let server: Server;
let status = 409;
const asked: { readonly request: string; readonly ifMatch: unknown; readonly body: unknown }[] = [];

// A service at which everything has become another since: what its refusal looks like is tested where it is made.
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      asked.push({ request: `${request.method} ${request.url}`, ifMatch: request.headers["if-match"], body });
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify({ code: "version-mismatch", message: MESSAGE, version: 8 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => void asked.splice(0));

async function plimsoll(...words: readonly string[]) {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const io = createFakeIo({ env: { USER: "ana", PLIMSOLL_TOKEN: "sesame" } });
  const code = await run([...words, "--address", address], io);
  return { code, ...io.written };
}

const why = ["--reason", "r"];
const span = ["--from", "2026-12-24T08:00:00Z", "--for", "1h"];
const swapped = ["--with", "b", "--with-from", "2026-12-25T08:00:00Z", "--with-until", "2026-12-25T09:00:00Z"];

describe("--expect", () => {
  it.each<[string, readonly string[]]>([
    ["POST /api/v1/incidents/INC-001/note", ["incident", "note", "INC-001", "x"]],
    ["POST /api/v1/silences/s1/extend", ["silence", "extend", "s1", "--for", "1h", ...why]],
    [
      "POST /api/v1/schedules/primary/overrides",
      ["oncall", "override", "add", "primary", "--person", "a", ...span, ...why],
    ],
    ["POST /api/v1/schedules/primary/swaps", ["oncall", "swap", "primary", "--person", "a", ...span, ...swapped]],
    ["POST /api/v1/users/ana/role", ["user", "role", "ana", "viewer"]],
    ["POST /api/v1/users/ana/disable", ["user", "disable", "ana"]],
    ["POST /api/v1/users/ana/enable", ["user", "enable", "ana"]],
    ["POST /api/v1/runbook-runs/R1/pause", ["runbook", "pause", "R1", ...why]],
    ["POST /api/v1/runbook-runs/R1/resume", ["runbook", "resume", "R1", ...why]],
    ["POST /api/v1/runbook-runs/R1/cancel", ["runbook", "cancel", "R1", ...why]],
    ["POST /api/v1/runbook-runs/R1/report", ["runbook", "report", "R1", "--note", "n"]],
  ])("is sent with %s, and another version is a denial", async (request, words) => {
    status = 409;
    expect(await plimsoll(...words, "--expect", "7")).toEqual({ code: 1, out: "", err: `plimsoll: ${MESSAGE}\n` });
    expect(asked).toEqual([{ request, ifMatch: undefined, body: expect.objectContaining({ expectedVersion: 7 }) }]);
    await plimsoll(...words);
    expect(asked[1]?.body).not.toHaveProperty("expectedVersion");
  });

  it.each<[string, readonly string[]]>([
    ["DELETE /api/v1/silences/s1", ["silence", "expire", "s1"]],
    ["DELETE /api/v1/schedules/primary/overrides/o1", ["oncall", "override", "withdraw", "primary", "o1"]],
    ["DELETE /api/v1/tokens/t1", ["token", "revoke", "t1"]],
    ["DELETE /api/v1/overrides/o1", ["override", "withdraw", "o1"]],
    ["DELETE /api/v1/corrections/c1", ["correction", "withdraw", "c1"]],
  ])("is the If-Match of %s, and another version is a denial", async (request, words) => {
    status = 412;
    expect(await plimsoll(...words, "--expect", "7")).toEqual({ code: 1, out: "", err: `plimsoll: ${MESSAGE}\n` });
    expect(asked).toEqual([{ request, ifMatch: '"7"', body: undefined }]);
    await plimsoll(...words);
    expect(asked[1]?.ifMatch).toBeUndefined();
  });

  it("is a whole number, and nothing is sent otherwise", async () => {
    for (const version of ["1.5", "x", "-1"]) {
      expect((await plimsoll("silence", "expire", "s1", "--expect", version)).code).toBe(2);
    }
    expect(asked).toEqual([]);
  });
});
