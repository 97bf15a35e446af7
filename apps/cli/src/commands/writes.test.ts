import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { correctionSchema, overrideSchema } from "@plimsoll/service/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { run } from "../run.js";
import { correction, override } from "../testing/answers.js";
import { createFakeIo } from "../testing/fake-io.js";
import { startFakeService, type FakeService } from "../testing/fake-service.js";

let service: FakeService;
beforeAll(async () => void (service = await startFakeService()));
afterAll(() => service.close());
beforeEach(() => void service.written.splice(0));

const ENV = { USER: "ana", PLIMSOLL_TOKEN: "sesame" };

async function plimsoll(words: readonly string[], env: Readonly<Record<string, string>> = ENV) {
  const io = createFakeIo({ env });
  const code = await run([...words, "--address", service.address], io);
  return { code, ...io.written };
}

it("has recorded answers that the API's schemas accept", () => {
  overrideSchema.parse(override);
  correctionSchema.parse(correction);
});

describe("what people write about incidents", () => {
  it("is sent with the token and in the name of the user", async () => {
    expect(await plimsoll(["incident", "acknowledge", "INC-001"])).toEqual({
      code: 0,
      out: "INC-001 is acknowledged (SEV2): payments: payments-availability burns its error budget\n",
      err: "",
    });
    expect(service.written).toEqual([
      { request: "POST /api/v1/incidents/INC-001/acknowledge", token: "Bearer sesame", body: { by: "ana" } },
    ]);
  });

  it("is said to be somebody else's with --by, and comes as JSON when asked for", async () => {
    const { code, out } = await plimsoll([
      "incident",
      "note",
      "INC-001",
      "The bank is down.",
      "--by",
      "ben",
      "-o",
      "json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: "INC-001", status: "acknowledged" });
    expect(service.written[0]?.body).toEqual({ text: "The bank is down.", by: "ben" });
  });

  it("that the incident no longer allows is a denial", async () => {
    expect(await plimsoll(["incident", "resolve", "INC-001", "--reason", "Rolled back."])).toEqual({
      code: 1,
      out: "",
      err: "plimsoll: INC-001 is resolved already.\n",
    });
    expect(service.written[0]?.body).toEqual({ reason: "Rolled back.", by: "ana" });
  });

  it("needs a reason, a name and an incident that is there", async () => {
    expect(await plimsoll(["incident", "resolve", "INC-001"])).toMatchObject({
      code: 2,
      err: "plimsoll: --reason is missing: say why the incident is over.\n",
    });
    expect(await plimsoll(["incident", "acknowledge", "INC-001"], {})).toMatchObject({
      code: 2,
      err: "plimsoll: Who decides this? The user has no name here: give --by <name>.\n",
    });
    expect(service.written).toEqual([]);
    expect(await plimsoll(["incident", "acknowledge", "INC-9/.."])).toMatchObject({ code: 2 });
    expect(service.written[0]?.request).toBe("POST /api/v1/incidents/INC-9%2F../acknowledge");
  });
});

describe("overrides", () => {
  const asked = ["override", "add", "--risk", "risky", "--risk", "routine", "--reason", "It must go."];

  it("are given for a time from now", async () => {
    vi.setSystemTime("2026-11-21T10:00:00Z");
    const { code, out } = await plimsoll([...asked, "--service", "payments", "--for", "2h"]);
    vi.useRealTimers();
    expect([code, out]).toEqual([
      0,
      "Override 01A: risky, routine changes to payments may go until 2026-11-21T12:00:00.000Z, as ana decided: It must go.\n",
    ]);
    expect(service.written[0]).toEqual({
      request: "POST /api/v1/overrides",
      token: "Bearer sesame",
      body: {
        author: "ana",
        reason: "It must go.",
        services: ["payments"],
        risks: ["risky", "routine"],
        expires: "2026-11-21T12:00:00.000Z",
      },
    });
  });

  it("are for everything only when that is said, until an instant", async () => {
    expect((await plimsoll([...asked, "--all", "--until", "2026-11-21T13:00:00+01:00"])).code).toBe(0);
    expect(service.written[0]?.body).toMatchObject({ services: "all", expires: "2026-11-21T12:00:00.000Z" });
  });

  it.each([
    [[...asked, "--for", "2h"], "Give either --service, once or several times, or --all."],
    [[...asked, "--service", "a", "--all", "--for", "2h"], "Give either --service, once or several times, or --all."],
    [[...asked, "--all"], "Give either --for, such as 2h, or --until."],
    [
      [...asked, "--all", "--for", "2h", "--until", "2026-11-21T12:00:00Z"],
      "Give either --for, such as 2h, or --until.",
    ],
    [[...asked, "--all", "--until", "tomorrow"], '--until: "tomorrow" is no instant'],
    [[...asked, "--all", "--until", "2026-11-21T12:00:00"], "write it with its offset"],
    [[...asked, "--all", "--for", "soon"], '--for: "soon" is not a duration'],
    [["override", "add", "--reason", "x", "--all", "--for", "2h"], "--risk is missing"],
    [["override", "add", "--risk", "risky", "--all", "--for", "2h"], "--reason is missing"],
  ])("refuse %j", async (words, problem) => {
    const { code, err } = await plimsoll(words);
    expect([code, service.written]).toEqual([2, []]);
    expect(err).toContain(problem);
  });

  it("are listed and withdrawn", async () => {
    const { out } = await plimsoll(["override", "list"]);
    expect(out).toContain(
      "01A  risky  payments  2026-11-21T04:00:00.000Z  ana (token ci)  The fix needs the new schema.",
    );
    expect((await plimsoll(["override", "list", "-o", "markdown"])).out).toContain("| 01A | risky | payments |");
    expect(await plimsoll(["override", "withdraw", "01A"])).toEqual({
      code: 0,
      out: "Override 01A is withdrawn.\n",
      err: "",
    });
    expect(service.written).toEqual([
      { request: "DELETE /api/v1/overrides/01A", token: "Bearer sesame", body: undefined },
    ]);
    expect((await plimsoll(["override", "withdraw", "01A", "-o", "json"])).out).toBe('{\n  "withdrawn": "01A"\n}\n');
  });

  it("need a token where the service wants one", async () => {
    expect(await plimsoll(["override", "withdraw", "secret"])).toMatchObject({
      code: 3,
      err: "plimsoll: This needs a token with the role approver.\n",
    });
  });
});

describe("corrections", () => {
  const asked = ["correction", "add", "--effect", "drop", "--reason", "New rack.", "--from", "2026-11-01T22:00:00Z"];

  it("cover an interval of objectives", async () => {
    const rest = ["--slo", "payments-availability", "--to", "2026-11-02T02:00:00Z", "-o", "markdown"];
    const { code, out } = await plimsoll([...asked, ...rest]);
    expect([code, out]).toEqual([
      0,
      "Correction 01B: the time is left out of payments-availability, 2026-11-01 22:00 to 2026-11-02 02:00 UTC, as ana decided: New rack.\n",
    ]);
    expect(service.written[0]).toMatchObject({
      request: "POST /api/v1/corrections",
      body: {
        author: "ana",
        reason: "New rack.",
        slos: ["payments-availability"],
        effect: "drop",
        from: "2026-11-01T22:00:00.000Z",
        to: "2026-11-02T02:00:00.000Z",
      },
    });
  });

  it("reach to now unless said", async () => {
    vi.setSystemTime("2026-11-21T10:00:00Z");
    const { out } = await plimsoll([...asked.with(3, "count-good"), "--all"]);
    vi.useRealTimers();
    expect(out).toContain("the time counts as good for every objective");
    expect(service.written[0]?.body).toMatchObject({ slos: "all", to: "2026-11-21T10:00:00.000Z" });
  });

  it("are listed and withdrawn", async () => {
    expect((await plimsoll(["correction", "list"])).out).toContain("01B  drop    payments-availability");
    expect(await plimsoll(["correction", "withdraw", "01B"])).toMatchObject({
      code: 0,
      out: "Correction 01B is withdrawn.\n",
    });
    expect(await plimsoll(["correction", "withdraw", "01C"])).toMatchObject({ code: 2 });
  });
});

it("nothing is written where no service runs", async () => {
  const state = mkdtempSync(join(tmpdir(), "plimsoll-writes-"));
  const io = createFakeIo({ env: ENV });
  const code = await run(["incident", "acknowledge", "INC-001", "--state", state], io);
  rmSync(state, { recursive: true });
  expect(code).toBe(3);
  expect(io.written.err).toContain("only a running service writes things down");
});
