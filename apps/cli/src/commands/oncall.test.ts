import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handOverSchema, scheduleLintSchema, scheduleDetailSchema, type DeliveryList } from "@plimsoll/service/api";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "../run.js";
import { createFakeIo } from "../testing/fake-io.js";
import { startWritesService, type WritesService } from "../testing/writes-service.js";

/* Reads are answered by the service's own routes from the configuration; writes by a service that says what it was sent. */

const CONFIG = `version: 1
storage: FOLDER/never
services: { payments: { escalation: standard } }
notifiers: { chat: { type: console } }
people:
  ada: { name: Ada Byron, zone: Europe/Berlin, contacts: [{ notifier: chat }] }
  ben: { name: Ben Okri, zone: America/New_York, contacts: [{ notifier: chat }] }
schedules:
  primary:
    name: Primary
    layers:
      - id: week
        rotation:
          { every: weekly, start: 2026-01-05, handOff: "09:00", zone: Europe/Berlin, participants: [ben, ada] }
    overrides:
      - id: dentist
        from: 2026-11-25T09:00:00Z
        to: 2026-11-25T12:00:00Z
        reason: Dentist
        replace: ben
        with: ada
  office:
    layers:
      - id: day
        rotation: { every: daily, start: 2026-01-05, handOff: "09:00", zone: UTC, participants: [ada] }
        restrictions: [{ weekdays: [mon-fri], times: 09:00-17:00 }]
escalation:
  policies:
    standard:
      steps: [{ targets: [{ schedule: primary }] }]
      fallback: [{ person: ada }]
`;

let folder: string;
let service: WritesService;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-oncall-"));
  writeFileSync(join(folder, "plimsoll.yaml"), CONFIG.replace("FOLDER", folder));
  service = await startWritesService();
});
afterEach(() => {
  vi.useRealTimers();
  service.written.splice(0);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

/** Monday the 23rd of November 2026 is the start of a week of ben's. */
async function configured(...words: readonly string[]) {
  const io = createFakeIo({ env: {} });
  const options = ["--config", join(folder, "plimsoll.yaml"), "--state", join(folder, "state")];
  const code = await run([...words, ...options], io);
  return { code, ...io.written };
}

async function written(...words: readonly string[]) {
  const io = createFakeIo({ env: { USER: "ana", PLIMSOLL_TOKEN: "sesame" } });
  const code = await run([...words, "--address", service.address], io);
  return { code, ...io.written };
}

describe("from the configuration alone", () => {
  it("it is said who is on call now, until when, and who is next", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-24T10:00:00Z"), toFake: ["Date"] });
    const { code, err, out } = await configured("oncall", "now");
    expect(err).toContain("No service runs here and nothing is stored");
    expect(out.split("\n").map((line) => line.trimEnd())).toEqual([
      "SCHEDULE  ON CALL          UNTIL (UTC)       BY    NEXT",
      "primary   Ben Okri (ben)   2026-11-25 09:00  chat  Ada Byron from 2026-11-25 09:00",
      "office    Ada Byron (ada)  2026-11-24 17:00  chat  nobody from 2026-11-24 17:00",
      "",
    ]);
    expect(code).toBe(0);
  });

  it("it is said who is on call at an instant; a gap is a finding", async () => {
    const ada = await configured("oncall", "who", "primary", "--at", "2026-11-25T10:00:00Z", "-o", "markdown");
    expect([ada.code, ada.out]).toEqual([0, expect.stringContaining("| primary | Ada Byron (ada) |")]);
    const nobody = await configured("oncall", "who", "office", "--at", "2026-11-22T10:00:00Z");
    expect([nobody.code, nobody.out]).toEqual([1, expect.stringContaining("nobody")]);
    expect(await configured("oncall", "who", "none")).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no schedule "none".'),
    });
    expect(await configured("oncall", "who", "primary", "--at", "noon")).toMatchObject({ code: 2 });
  });

  it("a schedule is shown with shifts, gaps and overrides", async () => {
    const range = ["--from", "2026-11-25T00:00:00Z", "--to", "2026-11-26T00:00:00Z"];
    const { code, out } = await configured("oncall", "schedule", "primary", ...range);
    expect([code, out.split("\n").map((line) => line.trimEnd())]).toEqual([
      0,
      [
        "Primary (primary)",
        "",
        "FROM (UTC)        TO (UTC)          LASTS  ON CALL    BECAUSE",
        "2026-11-25 00:00  2026-11-25 09:00  9 h    Ben Okri   layer week",
        "2026-11-25 09:00  2026-11-25 12:00  3 h    Ada Byron  override dentist, instead of ben",
        "2026-11-25 12:00  2026-11-26 00:00  12 h   Ben Okri   layer week",
        "",
        "Somebody is on call all the time.",
        "",
        "OVERRIDE  FROM (UTC)        TO (UTC)          WHAT                BY  REASON",
        "dentist   2026-11-25 09:00  2026-11-25 12:00  ada instead of ben  -   Dentist",
        "",
      ],
    ]);
    const json = await configured("oncall", "schedule", "office", ...range, "-o", "json");
    expect(scheduleDetailSchema.parse(JSON.parse(json.out)).gaps).toHaveLength(2);
  });

  it("schedules are linted; findings have an exit code of their own", async () => {
    const range = ["--from", "2026-11-24T00:00:00Z", "--to", "2026-11-25T00:00:00Z"];
    expect(await configured("oncall", "lint", "primary", ...range)).toMatchObject({
      code: 0,
      out: "1 schedule, no findings.\n",
    });
    const all = await configured("oncall", "lint", ...range);
    expect([all.code, all.out]).toEqual([1, expect.stringContaining("2 schedules, 2 findings.")]);
    expect(all.out).toContain("office  warning  gap at layers: nobody is on call from 2026-11-24 00:00:00 UTC");
    const json = await configured("oncall", "lint", ...range, "-o", "json");
    const { schedules } = JSON.parse(json.out) as { schedules: unknown[] };
    expect(schedules.map((one) => scheduleLintSchema.parse(one).findings.length)).toEqual([0, 2]);
    expect(await configured("oncall", "lint", "primry")).toMatchObject({
      code: 2,
      err: expect.stringContaining("primary"),
    });
  });

  it("the load, the hand-over and the calendar are there", async () => {
    const range = ["--from", "2026-11-16T08:00:00Z", "--to", "2026-11-30T08:00:00Z"];
    const load = await configured("oncall", "fairness", "primary", ...range);
    expect(load.out).toContain("Ada Byron   7 d 3 h       2      0");
    expect(load.out).toContain(
      "Fairness 98 of 100: 100 % of the time is covered, and the times on call are 96 % alike.",
    );
    const handOver = await configured("oncall", "handoff", "primary", "--at", "2026-11-26T00:00:00Z");
    expect(handOver.out).toContain("From Ben Okri to Ada Byron at 2026-11-30 08:00:00 UTC");
    const calendar = await configured("oncall", "calendar", "primary", ...range, "--person", "ada");
    expect(calendar.out.match(/SUMMARY:[^\r]*/g)).toEqual([
      "SUMMARY:Ada Byron on call: Primary",
      "SUMMARY:Ada Byron on call: Primary",
    ]);
  });
});

describe("the hand-over", () => {
  const line = "payments, ada, 2026-12-24 08:00:00 UTC; see incident INC-001";

  it.each([
    ["text", `- deploy_7 *right* after it (${line})`],
    ["markdown", `- **deploy\\_7** \\*right\\* after it (${line})`],
  ])("lists the changes shipped as %s", async (form, item) => {
    const { code, out } = await written("oncall", "handoff", "primary", "-o", form);
    expect([code, out.split("\n")]).toEqual([0, expect.arrayContaining([item])]);
  });

  it("lists the changes shipped as JSON", async () => {
    const { out } = await written("oncall", "handoff", "primary", "-o", "json");
    expect(handOverSchema.parse(JSON.parse(out)).changesShipped).toEqual([
      {
        kind: "change",
        id: "deploy_7",
        what: "*right* after it",
        by: "ada",
        at: "2026-12-24T08:00:00.000Z",
        services: ["payments"],
        see: [{ kind: "incident", id: "INC-001", path: "/api/v1/incidents/INC-001" }],
      },
    ]);
  });
});

describe("what people change", () => {
  const span = ["--from", "2026-12-24T08:00:00Z", "--for", "24h"];
  const from = "2026-12-24T08:00:00.000Z";
  const to = "2026-12-25T08:00:00.000Z";

  it.each([
    ["add", [], { kind: "add", person: "ada" }],
    ["remove", [], { kind: "remove", person: "ada" }],
    ["replace", ["--with", "ben"], { kind: "replace", person: "ada", with: "ben" }],
  ])("is an override that can %s", async (verb, more, change) => {
    const words = ["oncall", "override", verb, "primary", "--person", "ada", ...more, ...span];
    const { code, out } = await written(...words, "--reason", "A wedding");
    expect([code, service.written]).toEqual([
      0,
      [
        {
          request: "POST /api/v1/schedules/primary/overrides",
          token: "Bearer sesame",
          body: { ...change, from, to, author: "ana", reason: "A wedding" },
        },
      ],
    ]);
    expect(out).toContain("Override 01A: ben instead of ada.");
    expect(out).toContain("2026-12-24 08:00 to 2026-12-25 08:00 UTC: ben instead of ada.");
  });

  it("is made once for a key", async () => {
    const keyed = [...span, "--key", "wedding"];
    expect((await written("oncall", "override", "add", "primary", "--person", "ada", ...keyed)).code).toBe(0);
    const other = ["--with", "ben", "--with-from", "2026-12-31T08:00:00Z", "--with-until", "2027-01-01T08:00:00Z"];
    expect((await written("oncall", "swap", "primary", "--person", "ada", ...other, ...keyed)).code).toBe(0);
    const file = join(folder, "keyed.ics");
    writeFileSync(file, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    await written("oncall", "override", "import", "primary", file, "--key", "holidays");
    expect(service.written.map(({ key, request }) => [request, key])).toEqual([
      ["POST /api/v1/schedules/primary/overrides", "wedding"],
      ["POST /api/v1/schedules/primary/swaps", "wedding"],
      ["POST /api/v1/schedules/primary/overrides/import", "holidays"],
    ]);
  });

  it("is a swap", async () => {
    const other = ["--with", "ben", "--with-from", "2026-12-31T08:00:00Z", "--with-until", "2027-01-01T08:00:00Z"];
    expect((await written("oncall", "swap", "primary", "--person", "ada", ...span, ...other)).code).toBe(0);
    expect(service.written[0]).toMatchObject({
      request: "POST /api/v1/schedules/primary/swaps",
      body: {
        first: { person: "ada", from, to },
        second: { person: "ben", from: "2026-12-31T08:00:00.000Z", to: "2027-01-01T08:00:00.000Z" },
      },
    });
    expect(await written("oncall", "swap", "primary", "--person", "ada", ...span)).toMatchObject({ code: 2 });
  });

  it("is previewed with who would be paged; a gap is a finding", async () => {
    const change = ["--kind", "remove", "--person", "ada", ...span, "--at", "2026-12-24T20:00:00Z"];
    const { code, out } = await written("oncall", "preview", "primary", ...change);
    expect([code, out]).toEqual([
      1,
      [
        "2026-12-24 08:00 to 2026-12-25 08:00 UTC: nobody instead of ada (A GAP: nobody would be on call)",
        "By the policy standard, as it is:",
        "  2026-12-24 20:00 step 1: Ada Byron (chat, mail at 2026-12-24 20:05)",
        "By the policy standard, changed:",
        "  2026-12-24 20:00 fallback: Ben Okri (NOT REACHABLE)",
        "",
      ].join("\n"),
    ]);
    expect(service.written[0]?.body).toEqual({
      changes: [{ kind: "remove", person: "ada", from, to }],
      at: "2026-12-24T20:00:00.000Z",
    });
  });

  it("is taken back, or taken from a calendar", async () => {
    expect(await written("oncall", "override", "withdraw", "primary", "ical/a/b")).toMatchObject({
      code: 0,
      out: "Override ical/a/b is withdrawn.\n",
    });
    expect(service.written[0]?.request).toBe("DELETE /api/v1/schedules/primary/overrides/ical%2Fa%2Fb");
    const file = join(folder, "holidays.ics");
    writeFileSync(file, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    const imported = await written("oncall", "override", "import", "primary", file, "--zone", "UTC", "--dry-run");
    expect(imported).toMatchObject({ code: 1, out: expect.stringContaining("holidays.ics:4: names nobody") });
    expect(imported.out).toContain("1 override would be stored, 2 known already.");
    expect(service.written[1]?.body).toMatchObject({ author: "ana", dryRun: true, skipUnreadable: false, zone: "UTC" });
  });

  it.each([
    [["add", "primary", ...span], "--person is missing"],
    [["replace", "primary", "--person", "ada", ...span], "--with is missing"],
    [["add", "primary", "--person", "ada", "--until", to, "--key", "k"], "With --key give --from"],
    [["add", "primary", "--person", "ada"], "Give either --for, such as 2h, or --until."],
    [["withdraw", "primary"], "the override's id"],
    [["import", "primary", "/nowhere/at-all.ics"], "could not be read"],
    [["forget", "primary"], "is none of add, remove, replace, list, withdraw, import"],
  ])("is refused as %j", async (words, problem) => {
    const { code, err } = await written("oncall", "override", ...words);
    expect([code, err, service.written]).toEqual([2, expect.stringContaining(problem), []]);
  });
});

describe("messages that were not delivered", () => {
  const PAGE = "page/INC-001/1/1/1/ada/sms:%2B49";

  it("are a finding: for whom, by what, about which incident, why, and which delivery it is", async () => {
    const { code, out } = await written("oncall", "undelivered");
    expect([code, ...out.split("\n").map((line) => line.trimEnd())]).toEqual([
      1,
      "GIVEN UP (UTC)    WHOM  BY    INCIDENT  WHY                       WHAT                          DELIVERY",
      `2026-12-24 20:00  ada   sms   INC-001   no such number (3 times)  INC-001 SEV1: nobody can pay  ${PAGE}`,
      "2026-12-24 20:00  -     chat  -         no such chat              The week                      report/1",
      "",
    ]);
    const json = JSON.parse((await written("oncall", "undelivered", "-o", "json")).out) as DeliveryList;
    expect(json.deliveries.map(({ id }) => id)).toEqual([PAGE, "report/1"]);
  });

  it("are sent once more by their name, once for one key", async () => {
    expect(await written("oncall", "resend", PAGE, "--key", "once")).toEqual({
      code: 0,
      out: `${PAGE} is sent once more, as ${PAGE}/retry\n`,
      err: "",
    });
    expect(service.written).toEqual([
      {
        request: "POST /api/v1/deliveries/page%2FINC-001%2F1%2F1%2F1%2Fada%2Fsms%3A%252B49/retry",
        token: "Bearer sesame",
        body: {},
        key: "once",
      },
    ]);
    expect(await written("oncall", "resend", "page/INC-9")).toMatchObject({ code: 2 });
  });
});

describe("silences", () => {
  it("are listed and shown", async () => {
    const { out } = await written("silence", "list");
    expect(out.split("\n").map((line) => line.trimEnd())).toEqual([
      "SILENCE  STATE   UNTIL (UTC)       QUIETS  MATCHERS     BY   REASON",
      '01S      active  2026-12-24 14:00  1       {job="web"}  ana  New rack.',
      "",
    ]);
    expect((await written("silence", "show", "01S")).out).toContain("01S is active, and keeps 1 alert quiet now\n");
    expect((await written("silence", "list", "-o", "markdown")).out).toContain("| 01S | active |");
    expect(await written("silence", "show", "01X")).toMatchObject({ code: 2 });
  });

  it("are made, extended and ended", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-12-24T12:00:00Z"), toFake: ["Date"] });
    const said = ["--for", "2h", "--reason", "New rack."];
    expect(await written("silence", "create", 'job="web"', ...said)).toMatchObject({
      code: 0,
      out: 'Silence 01S: {job="web"} is quiet until 2026-12-24 14:00 UTC, as ana decided: New rack.; 1 alert now\n',
    });
    expect((await written("silence", "extend", "01S", ...said)).code).toBe(0);
    expect(await written("silence", "expire", "01S")).toMatchObject({ code: 0, out: "Silence 01S is ended.\n" });
    const body = { to: "2026-12-24T14:00:00.000Z", reason: "New rack.", author: "ana" };
    expect(service.written.map((one) => [one.request, one.body])).toEqual([
      ["POST /api/v1/silences", { matchers: 'job="web"', ...body }],
      ["POST /api/v1/silences/01S/extend", body],
      ["DELETE /api/v1/silences/01S", undefined],
    ]);
  });

  it("are previewed; one that takes everything is a finding", async () => {
    const { code, out } = await written("silence", "preview", 'job=~".*"');
    expect([code, out]).toEqual([
      1,
      [
        '{job=~".*"} would keep 2 of 2 alerts quiet now.',
        "It takes alerts without these labels too, and is refused: name a value that must be there.",
        '  job="web" (silenced already)',
        "  and 1 more",
        'group job="web" for incidents: 1 of these',
        "",
      ].join("\n"),
    ]);
  });

  it("come again at the times that are given, and are made once for a key", async () => {
    const said = ["--until", "2026-12-24T14:00:00Z", "--reason", "New rack.", "--key", "rack-7"];
    const times = ["--recurring", "sat,sun 02:00-04:00 Europe/Berlin", "--recurring", "mon 22:00-06:00"];
    expect((await written("silence", "create", 'job="web"', ...times, ...said)).code).toBe(0);
    expect(service.written.map((one) => [one.key, one.body])).toEqual([
      ["rack-7", expect.objectContaining({ recurring: ["sat,sun 02:00-04:00 Europe/Berlin", "mon 22:00-06:00"] })],
    ]);
    await written("silence", "extend", "01S", ...said);
    expect(service.written.at(-1)).toMatchObject({ request: "POST /api/v1/silences/01S/extend", key: "rack-7" });
    expect(await written("silence", "create", 'job="web"', ...said.slice(0, 4), "--key", "a b")).toMatchObject({
      code: 2,
    });
  });

  it("end at one instant however often they are asked for under a key", async () => {
    const keyed = ["--for", "2h", "--reason", "New rack.", "--key", "rack-7"];
    const problem =
      "plimsoll: With --key give --until: --for counts from now, so that a repetition would ask for another end.\n";
    expect(await written("silence", "create", 'job="web"', ...keyed)).toMatchObject({ code: 2, err: problem });
    expect(await written("silence", "extend", "01S", ...keyed)).toMatchObject({ code: 2, err: problem });
    expect(service.written).toEqual([]);
    const from = ["--from", "2026-12-24T12:00:00Z"];
    expect((await written("silence", "create", 'job="web"', ...from, ...keyed)).code).toBe(0);
    expect(service.written.at(-1)).toMatchObject({ key: "rack-7", body: { to: "2026-12-24T14:00:00.000Z" } });
  });

  it("need a reason and an end", async () => {
    expect(await written("silence", "create", "job=web", "--for", "2h")).toMatchObject({ code: 2 });
    expect(await written("silence", "create", "job=web", "--reason", "x")).toMatchObject({ code: 2 });
    expect(service.written).toEqual([]);
  });
});
