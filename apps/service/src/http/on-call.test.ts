import { createMemoryTimer } from "@plimsoll/adapters-memory";
import { createManualClock } from "@plimsoll/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  calendarImportSchema,
  escalationPolicyListSchema,
  handOverSchema,
  onCallNowSchema,
  previewSchema,
  scheduleChangedSchema,
  scheduleDetailSchema,
  scheduleLintSchema,
  scheduleListSchema,
  scheduleLoadSchema,
} from "../api.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../testing/memory-service.js";
import { ON_CALL } from "../testing/on-call-settings.js";

let service: MemoryService;
// 2026-03-10 is a Tuesday; by the weeks in turn, ada's ended on the 9th and ben's ends on the 16th.
const start = createManualClock("2026-03-10T12:00:00Z");
const clock = { now: () => ((service as MemoryService | undefined)?.clock ?? start).now() };
const timer = createMemoryTimer({ clock, fires: "manual" });
beforeAll(async () => {
  service = await startMemoryService({ settings: { onCall: ON_CALL }, ports: { timer } });
});
afterAll(() => service.close());

const read = async (path: string) => (await service.ask(`/api/v1${path}`)).json();
const post = (path: string, body: unknown, { key, token = TOKENS.responder }: { key?: string; token?: string } = {}) =>
  service.ask(`/api/v1${path}`, {
    method: "POST",
    headers: {
      ...bearer(token),
      "content-type": "application/json",
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    body: JSON.stringify(body),
  });
const remove = (path: string, token: string = TOKENS.responder) =>
  service.ask(`/api/v1${path}`, { method: "DELETE", headers: bearer(token) });
const onDutyAt = async (at: string, schedule = "primary") =>
  onCallNowSchema
    .parse(await read(`/on-call?schedule=${schedule}&at=${at}`))
    .schedules.flatMap(({ people }) => people.map(({ id }) => id));

const march = (day: number, clock = "00:00") => `2026-03-${String(day).padStart(2, "0")}T${clock}:00.000Z`;

describe("who is on call now", () => {
  it("is said with until when, why, and who is next", async () => {
    const now = onCallNowSchema.parse(await read("/on-call"));
    expect(now.at).toBe(march(10, "12:00"));
    expect(now.schedules).toEqual([
      {
        id: "primary",
        name: "Primary",
        people: [
          {
            id: "ben",
            name: "Ben Okri",
            zone: "America/New_York",
            channels: ["chat"],
            reachable: true,
            until: march(11, "09:00"),
            because: [{ kind: "layer", layer: "week", from: march(9, "08:00"), to: march(16, "08:00") }],
          },
        ],
        next: { from: march(11, "09:00"), people: [{ id: "ada", name: "Ada Byron" }] },
      },
      {
        id: "office",
        name: "Office hours",
        people: [
          {
            id: "ada",
            name: "Ada Byron",
            zone: "Europe/Berlin",
            channels: ["chat", "mail"],
            reachable: true,
            until: march(10, "16:00"),
            because: [{ kind: "layer", layer: "day", from: march(10, "08:00"), to: march(11, "08:00") }],
          },
        ],
        next: { from: march(10, "16:00"), people: [] },
      },
    ]);
  });

  it("names whom no page would reach, and what to do", async () => {
    const { schedules } = onCallNowSchema.parse(await read(`/on-call?schedule=primary&at=${march(17)}`));
    expect(schedules[0]?.people).toMatchObject([
      { id: "cy", reachable: false, unreachable: "the person has no contact; add one", channels: [] },
    ]);
  });

  it("never says at which address somebody is reached", async () => {
    for (const path of ["/on-call", "/schedules", "/schedules/primary", "/schedules/primary/lint"]) {
      expect(JSON.stringify(await read(path))).not.toContain("ada@example.org");
    }
  });

  it.each(["?schedule=none", "?at=yesterday", "?at=0001-01-01T00:00:00Z", "?at=9999-12-31T23:59:59Z"])(
    "is refused for %s",
    async (query) => {
      const { status } = await service.ask(`/api/v1/on-call${query}`);
      expect(status).toBe(query.includes("none") ? 404 : 400);
    },
  );
});

describe("a schedule", () => {
  it("is listed with the people, teams and layers", async () => {
    const list = scheduleListSchema.parse(await read("/schedules"));
    expect(list.schedules.map(({ id, overrides }) => [id, overrides])).toEqual([
      ["primary", 1],
      ["office", 0],
    ]);
    expect(list.people.map(({ id }) => id)).toEqual(["ada", "ben", "cy"]);
    expect(list.teams).toEqual([{ id: "core", name: "Core", members: ["ada", "ben"] }]);
  });

  it("is shown over a range with shifts, gaps and overrides", async () => {
    const detail = scheduleDetailSchema.parse(await read(`/schedules/primary?from=${march(11)}&to=${march(17)}`));
    expect(detail.shifts.map(({ from, people, to }) => [from, to, people.map(({ id }) => id)])).toEqual([
      [march(11), march(11, "09:00"), ["ben"]],
      [march(11, "09:00"), march(11, "12:00"), ["ada"]],
      [march(11, "12:00"), march(16, "08:00"), ["ben"]],
      [march(16, "08:00"), march(17), ["cy"]],
    ]);
    expect(detail.shifts[1]?.people[0]?.because).toEqual([{ kind: "override", override: "dentist", insteadOf: "ben" }]);
    expect(detail.overrides).toMatchObject([{ id: "dentist", words: "ada instead of ben", reason: "Dentist" }]);
    expect(detail.gaps).toEqual([]);
    const office = scheduleDetailSchema.parse(await read(`/schedules/office?from=${march(13)}&to=${march(16)}`));
    expect(office.gaps).toEqual([
      { from: march(13), to: march(13, "08:00") },
      { from: march(13, "16:00"), to: march(16) },
    ]);
  });

  it.each([
    [`from=${march(11)}&to=${march(11)}`, "to"],
    [`from=${march(11)}&to=2027-03-13T00:00:00Z`, "to"],
    ["from=0001-01-01T00:00:00Z", "from"],
  ])("refuses the range %s", async (query, path) => {
    const answer = await service.ask(`/api/v1/schedules/primary?${query}`);
    expect([answer.status, (answer.json() as { path?: string }).path]).toEqual([400, path]);
  });

  it("is a calendar, of everybody or of one person", async () => {
    const all = await service.ask(`/api/v1/schedules/primary/calendar.ics?from=${march(11)}&to=${march(17)}`);
    expect([all.status, all.headers["content-type"]]).toEqual([200, "text/calendar; charset=utf-8"]);
    expect(all.body.match(/SUMMARY:[^\r]*/g)).toEqual([
      "SUMMARY:Ben Okri on call: Primary",
      "SUMMARY:Ada Byron on call: Primary",
      "SUMMARY:Ben Okri on call: Primary",
      "SUMMARY:Cy Twombly on call: Primary",
    ]);
    const one = await service.ask(`/api/v1/schedules/primary/calendar.ics?from=${march(11)}&to=${march(17)}&person=cy`);
    expect(one.body.match(/SUMMARY:[^\r]*/g)).toEqual(["SUMMARY:Cy Twombly on call: Primary"]);
    expect((await service.ask("/api/v1/schedules/primary/calendar.ics?person=none")).status).toBe(404);
  });

  it("is linted for what lies ahead", async () => {
    const primary = scheduleLintSchema.parse(await read("/schedules/primary/lint"));
    expect(primary.findings.map(({ code, severity }) => [severity, code])).toEqual([["warning", "unreachable-person"]]);
    const { findings } = scheduleLintSchema.parse(
      await read(`/schedules/office/lint?from=${march(10)}&to=${march(11)}`),
    );
    expect(findings.map(({ code }) => code)).toEqual(["gap", "gap"]);
  });

  it("is shown with its escalation policies", async () => {
    const { policies, services } = escalationPolicyListSchema.parse(await read("/escalation-policies"));
    expect(services).toEqual({ payments: "standard" });
    expect(policies).toMatchObject([
      {
        id: "standard",
        passes: 2,
        steps: [
          { targets: [{ kind: "schedule", id: "primary" }], onlyWhen: [] },
          { onlyWhen: ["the severity is SEV1"] },
        ],
        fallback: [{ kind: "team", id: "core", members: "all" }],
      },
    ]);
  });

  it("hands over with what is left to the next shift", async () => {
    const body = handOverSchema.parse(await read(`/schedules/primary/hand-over?at=${march(13)}`));
    expect(body).toMatchObject({
      at: march(16, "08:00"),
      nextUntil: march(23, "08:00"),
      outgoing: ["Ben Okri"],
      incoming: ["Cy Twombly"],
    });
    expect(body.markdown).toContain("# Hand-over: Primary");
  });
});

describe("an override", () => {
  const asked = { kind: "replace", person: "ben", with: "ada", from: march(12), to: march(13) };

  it("changes who is on call, says what it came to, and can be taken back", async () => {
    const answer = await post("/schedules/primary/overrides", { ...asked, author: "ben", reason: "A wedding" });
    expect(answer.status).toBe(201);
    const { differences, overrides } = scheduleChangedSchema.parse(answer.json());
    expect(overrides).toMatchObject([
      { words: "ada instead of ben", author: "ben (token responder-name)", reason: "A wedding" },
    ]);
    expect(differences).toEqual([
      {
        from: march(12),
        to: march(13),
        before: ["ben"],
        after: ["ada"],
        added: ["ada"],
        removed: ["ben"],
        opensGap: false,
      },
    ]);
    expect(await onDutyAt(march(12, "10:00"))).toEqual(["ada"]);
    const id = overrides[0]?.id ?? "";
    expect((await remove(`/schedules/primary/overrides/${id}`)).status).toBe(204);
    expect(await onDutyAt(march(12, "10:00"))).toEqual(["ben"]);
    expect((await remove(`/schedules/primary/overrides/${id}`)).status).toBe(404);
  });

  it("is made once for a key, however often it is sent", async () => {
    const sent = [];
    for (const to of [march(13), march(13)]) {
      const answer = await post("/schedules/primary/overrides", { ...asked, to }, { key: "wedding-1" });
      sent.push(scheduleChangedSchema.parse(answer.json()).overrides);
    }
    expect(sent[1]).toEqual(sent[0]);
    const other = await post("/schedules/primary/overrides", { ...asked, to: march(14) }, { key: "wedding-1" });
    expect([other.status, other.json()]).toEqual([409, expect.objectContaining({ code: "key-reused" })]);
    const { overrides } = scheduleDetailSchema.parse(
      await read(`/schedules/primary?from=${march(12)}&to=${march(14)}`),
    );
    expect(overrides).toHaveLength(1);
    await remove(`/schedules/primary/overrides/${overrides[0]?.id ?? ""}`);
  });

  it("of the configuration is taken back there", async () => {
    const answer = await remove("/schedules/primary/overrides/dentist");
    expect([answer.status, answer.body]).toEqual([404, expect.stringContaining("those of the configuration")]);
  });

  it.each([
    [{ ...asked, person: "zoe" }, 404],
    [{ ...asked, to: march(11) }, 400],
    [{ ...asked, from: march(1), to: march(2) }, 400],
    [{ ...asked, to: "2027-04-01T00:00:00Z" }, 400],
    [{ ...asked, kind: "add" }, 400],
    [{ ...asked, author: "two\nlines" }, 400],
    [{ ...asked, id: "mine" }, 400],
  ])("is refused as %j", async (body, status) => {
    expect((await post("/schedules/primary/overrides", body)).status).toBe(status);
  });

  it("needs a responder, a schedule, and a key that is one", async () => {
    expect((await post("/schedules/primary/overrides", asked, { token: TOKENS.viewer })).status).toBe(403);
    expect((await post("/schedules/none/overrides", asked)).status).toBe(404);
    expect((await post("/schedules/primary/overrides", asked, { key: "two words" })).status).toBe(400);
    expect((await remove("/schedules/primary/overrides/dentist", TOKENS.viewer)).status).toBe(403);
  });
});

describe("a swap", () => {
  const asked = {
    first: { person: "ben", from: march(14), to: march(15) },
    second: { person: "cy", from: march(17), to: march(18) },
  };

  it("is taken back whole by either half, and made once for a key", async () => {
    for (const half of ["1", "2"]) {
      const made = await post("/schedules/primary/swaps", asked, { key: `swap-${half}` });
      const again = await post("/schedules/primary/swaps", asked, { key: `swap-${half}` });
      const ids = scheduleChangedSchema.parse(made.json()).overrides.map(({ id }) => id);
      expect(scheduleChangedSchema.parse(again.json()).overrides.map(({ id }) => id)).toEqual(ids);
      const id = ids.find((one) => one.endsWith(`/${half}`)) ?? "";
      expect((await remove(`/schedules/primary/overrides/${encodeURIComponent(id)}`)).status).toBe(204);
      expect(await onDutyAt(march(14, "10:00"))).toEqual(["ben"]);
      expect(await onDutyAt(march(17, "10:00"))).toEqual(["cy"]);
    }
  });

  it("is refused as a whole where one of them has nothing to give there, and says who has", async () => {
    const second = { person: "cy", from: march(14), to: march(15) };
    const answer = await post("/schedules/primary/swaps", { ...asked, second });
    expect([answer.status, answer.json()]).toMatchObject([
      409,
      {
        code: "not-on-call",
        message: expect.stringMatching(/^cy is not on call in primary from 2026-03-14 .* on call then: ben\./u),
      },
    ]);
    expect(await onDutyAt(march(14, "10:00"))).toEqual(["ben"]);
  });

  it("lets two people take each other's shifts, and is taken back as one", async () => {
    const answer = await post("/schedules/primary/swaps", asked);
    expect(answer.status).toBe(201);
    const { differences, overrides } = scheduleChangedSchema.parse(answer.json());
    expect(differences.map(({ added, from }) => [from, added])).toEqual([
      [march(14), ["cy"]],
      [march(17), ["ben"]],
    ]);
    expect(await onDutyAt(march(14, "10:00"))).toEqual(["cy"]);
    expect(await onDutyAt(march(17, "10:00"))).toEqual(["ben"]);
    const swap = (overrides[0]?.id ?? "").replace(/\/1$/, "");
    expect((await remove(`/schedules/primary/overrides/${swap}`)).status).toBe(204);
    expect(await onDutyAt(march(14, "10:00"))).toEqual(["ben"]);
    expect(await onDutyAt(march(17, "10:00"))).toEqual(["cy"]);
  });
});

describe("a calendar of overrides", () => {
  const calendar = [
    "BEGIN:VCALENDAR",
    "BEGIN:VEVENT",
    "UID:one",
    "SUMMARY:Ada Byron for Ben Okri",
    "DTSTART:20260320T090000Z",
    "DTEND:20260321T090000Z",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
  const broken = calendar.replace("Ada Byron for", "Zoe for");

  it("is shown in a dry run, stored once, and told of as known after that", async () => {
    const imported = async (body: object) =>
      calendarImportSchema.parse((await post("/schedules/office/overrides/import", body)).json());
    expect(await imported({ calendar, dryRun: true })).toMatchObject({
      stored: false,
      known: 0,
      overrides: [{ words: "ada instead of ben", from: march(20, "09:00"), to: march(21, "09:00") }],
    });
    expect(await imported({ calendar })).toMatchObject({ stored: true, overrides: [{ author: "responder-name" }] });
    expect(await imported({ calendar })).toMatchObject({ stored: true, known: 1, overrides: [] });
    const { overrides } = scheduleDetailSchema.parse(await read(`/schedules/office?from=${march(19)}&to=${march(22)}`));
    const id = encodeURIComponent(overrides[0]?.id ?? "");
    expect((await remove(`/schedules/office/overrides/${id}`)).status).toBe(204);
  });

  it("is taken once for a key, also where it was taken back since, and its key takes nothing else", async () => {
    const imported = (text: string) =>
      post("/schedules/office/overrides/import", { calendar: text }, { key: "calendar-1" });
    const first = calendarImportSchema.parse((await imported(calendar)).json());
    expect(first).toMatchObject({ stored: true, known: 0, overrides: [{ words: "ada instead of ben" }] });
    const id = encodeURIComponent(first.overrides[0]?.id ?? "");
    expect((await remove(`/schedules/office/overrides/${id}`)).status).toBe(204);
    const again = calendarImportSchema.parse((await imported(calendar)).json());
    expect(again).toEqual({ ...first, version: first.version + 1 });
    expect((await remove(`/schedules/office/overrides/${id}`)).status).toBe(404);
    const other = await imported(calendar.replace("UID:one", "UID:two"));
    expect([other.status, other.json()]).toMatchObject([409, { code: "key-reused" }]);
  });

  it("that can not be read whole stores nothing, and says where and why", async () => {
    const answer = await post("/schedules/office/overrides/import", { calendar: broken });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining("line 4")]);
    const some = await post("/schedules/office/overrides/import", { calendar: broken, skipUnreadable: true });
    expect(calendarImportSchema.parse(some.json())).toMatchObject({ stored: true, overrides: [] });
    expect((await post("/schedules/office/overrides/import", { calendar, zone: "Mars/Olympus" })).status).toBe(400);
  });
});

describe("a preview", () => {
  it("says who is on call instead, and who would be paged when and on what", async () => {
    const change = { kind: "replace", person: "ben", with: "ada", from: march(12), to: march(13) };
    const answer = await post(
      "/schedules/primary/preview",
      { changes: [change], at: march(12, "10:00") },
      { token: TOKENS.viewer },
    );
    const { differences, pages } = previewSchema.parse(answer.json());
    expect(differences).toMatchObject([{ before: ["ben"], after: ["ada"] }]);
    const [first, second] = [march(12, "10:00"), march(12, "10:10")];
    const ada = (from: string, mail: string) => ({
      id: "ada",
      name: "Ada Byron",
      sends: [
        { at: from, channel: "chat" },
        { at: mail, channel: "mail" },
      ],
    });
    expect(pages).toEqual([
      {
        policy: "standard",
        before: [
          {
            at: first,
            step: 1,
            people: [{ id: "ben", name: "Ben Okri", sends: [{ at: first, channel: "chat" }] }],
          },
          { at: second, step: 2, people: [ada(second, march(12, "10:15"))] },
        ],
        after: [
          { at: first, step: 1, people: [ada(first, march(12, "10:05"))] },
          { at: second, step: 2, people: [ada(second, march(12, "10:15"))] },
        ],
      },
    ]);
    expect(await onDutyAt(march(12, "10:00"))).toEqual(["ben"]);
  });

  it("finds the fallback where a change leaves nobody", async () => {
    const change = { kind: "remove", person: "ben", from: march(12), to: march(13) };
    const answer = await post("/schedules/primary/preview", {
      changes: [change],
      at: march(12, "10:00"),
      severity: "SEV2",
      policy: "standard",
    });
    const { differences, pages } = previewSchema.parse(answer.json());
    expect(differences).toMatchObject([{ after: [], opensGap: true }]);
    expect(pages?.[0]?.after).toMatchObject([{ step: 0, people: [{ id: "ada" }, { id: "ben" }] }]);
  });

  it("is refused for what is not known", async () => {
    const change = { kind: "remove", person: "ben", from: march(12), to: march(13) };
    const at = march(12);
    expect((await post("/schedules/primary/preview", { changes: [change], at, policy: "none" })).status).toBe(404);
    expect((await post("/schedules/primary/preview", { changes: [{ ...change, person: "zoe" }] })).status).toBe(404);
    expect((await post("/schedules/primary/preview", { changes: [] })).status).toBe(400);
    const far = { ...change, to: "8000-01-01T00:00:00Z" };
    expect((await post("/schedules/primary/preview", { changes: [far] })).status).toBe(400);
  });
});

// Last: it moves the clock.
describe("the load of a schedule", () => {
  it("counts hours, pages and interrupts of whoever was on call by it", async () => {
    await service.measure(8, { good: 60, bad: 40 });
    await timer.runDue();
    await service.measure(1, { good: 60, bad: 40 });
    const load = scheduleLoadSchema.parse(await read("/schedules/primary/load"));
    expect(load.people.map(({ id, pages }) => [id, pages])).toEqual([
      ["ada", 0],
      ["ben", 1],
      ["cy", 0],
    ]);
    expect(load.people[1]).toMatchObject({ interrupts: 1, pagesAtNight: 0 });
    expect(load.fairness.coverageRatio).toBe(1);
    const office = scheduleLoadSchema.parse(await read("/schedules/office/load"));
    expect(office.people.map(({ id, pages }) => [id, pages])).toEqual([["ada", 0]]);
  });
});
