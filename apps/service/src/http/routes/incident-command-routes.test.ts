import type { OnCallSettings } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  actionListSchema,
  incidentDetailSchema,
  incidentExplanationSchema,
  incidentListSchema,
  incidentMetricsSchema,
  incidentSummarySchema,
  incidentWrittenSchema,
  postmortemSchema,
  problemSchema,
} from "../../api.js";
import {
  bearer,
  breakAndHeal,
  startMemoryService,
  TOKENS,
  type Answer,
  type MemoryService,
} from "../../testing/memory-service.js";
import { INCIDENT_VERBS } from "./incident-verbs.js";

const MINUTE_MS = 60_000;
const person = (id: string) => ({
  id,
  name: id,
  zone: "UTC",
  contacts: [{ id: "sms", notifier: "sms", address: id }],
});
const onCall = {
  people: [person("ann"), person("ben")],
  teams: [],
  schedules: [],
  policies: [
    {
      id: "payments",
      steps: [
        { targets: [{ kind: "person", personId: "ann" }], delayMs: 5 * MINUTE_MS },
        { targets: [{ kind: "person", personId: "ben" }], delayMs: 5 * MINUTE_MS },
      ],
      repeat: 0,
      fallback: [{ kind: "person", personId: "ben" }],
    },
  ],
  policyOf: new Map(),
  defaultPolicy: "payments",
} as unknown as OnCallSettings;

let service: MemoryService;
beforeAll(async () => {
  service = await startMemoryService({ settings: { onCall } });
});
afterAll(() => service.close());

type Extra = { readonly role?: keyof typeof TOKENS; readonly headers?: Record<string, string> };
const post = (path: string, body?: unknown, { headers = {}, role = "responder" }: Extra = {}): Promise<Answer> =>
  service.ask(`/api/v1${path}`, {
    method: "POST",
    headers: {
      ...bearer(TOKENS[role]),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const get = (path: string): Promise<Answer> => service.ask(`/api/v1${path}`);
const declared = async (title = "Nobody can pay") => {
  const answer = await post("/incidents", { title, service: "payments", severity: "SEV2" });
  expect(answer.status).toBe(201);
  return incidentSummarySchema.parse(answer.json()).id;
};
const detail = async (id: string) => {
  const answer = await get(`/incidents/${id}`);
  expect(answer.status).toBe(200);
  return incidentDetailSchema.parse(answer.json());
};
const ok = async (answer: Promise<Answer>) => {
  const { body, json, status } = await answer;
  expect([status, status === 200 ? "" : body]).toEqual([200, ""]);
  return incidentWrittenSchema.parse(json());
};
const refusalOf = async (answer: Promise<Answer>) => {
  const { json, status } = await answer;
  return { status, ...problemSchema.parse(json()) };
};

describe("declaring an incident", () => {
  it("answers where it is, at which version, and calls people", async () => {
    const answer = await post("/incidents", {
      title: "Nobody can pay",
      service: "payments",
      severity: "SEV1",
      startedAt: "2026-03-10T11:50:00Z",
      by: "cleo",
    });
    const { id, version } = incidentSummarySchema.parse(answer.json());
    expect(answer.headers).toMatchObject({ location: `/api/v1/incidents/${id}`, etag: `"${version}"` });
    const shown = await detail(id);
    expect(shown).toMatchObject({
      declaredBy: "cleo (token responder-name)",
      severity: "SEV1",
      moves: expect.any(Array),
    });
    expect(shown.escalation).toMatchObject({
      status: "escalating",
      policy: "payments",
      passes: 1,
      waits: { kind: "step", due: "2026-03-10T12:00:00.000Z" },
      next: { step: 1, pass: 1, due: "2026-03-10T12:00:00.000Z", people: ["ann"] },
    });
    expect(shown.clocks.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ["acknowledge", "running"],
      ["escalate", "running"],
      ["stakeholders", "running"],
    ]);
  });

  it("with the same key declares it once", async () => {
    const headers = { "idempotency-key": "declare-1" };
    const body = { title: "Twice", service: "payments", severity: "SEV3" };
    const first = await post("/incidents", body, { headers });
    const again = await post("/incidents", body, { headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.json()).toEqual(first.json());
    const other = await post("/incidents", body, { headers, role: "approver" });
    expect(incidentSummarySchema.parse(other.json()).id).not.toBe(incidentSummarySchema.parse(first.json()).id);
  });

  it.each([
    ["no title", { service: "payments", severity: "SEV2" }],
    ["an empty title", { title: "  ", service: "payments", severity: "SEV2" }],
    ["a title of two lines", { title: "a\nb", service: "payments", severity: "SEV2" }],
    ["an unknown severity", { title: "a", service: "payments", severity: "SEV9" }],
    ["an instant that is none", { title: "a", service: "payments", severity: "SEV2", startedAt: "yesterday" }],
    ["what it does not know", { title: "a", service: "payments", severity: "SEV2", actor: "root" }],
  ])("with %s is refused", async (_name, body) => {
    expect(await refusalOf(post("/incidents", body))).toMatchObject({ status: 400, code: "invalid" });
  });
});

describe("the whole life of an incident", () => {
  it("is carried out verb by verb, each by its own address", async () => {
    const id = await declared("A whole life");
    const other = await declared("Another");
    const path = `/incidents/${id}`;
    const steps: readonly (readonly [string, object, string])[] = [
      ["acknowledge", { by: "ann" }, "acknowledged"],
      ["unacknowledge", { reason: "wrong team" }, "declared"],
      ["acknowledge", {}, "acknowledged"],
      ["assign-role", { role: "commander", person: "ann" }, "acknowledged"],
      ["hand-over", { role: "commander", to: "ben", handedOver: "the rollback" }, "acknowledged"],
      ["assign-role", { role: "scribe", person: "eve" }, "acknowledged"],
      ["release-role", { role: "scribe", person: "eve", reason: "off to bed" }, "acknowledged"],
      ["start-mitigation", { text: "Rolling back." }, "mitigating"],
      ["change-severity", { severity: "SEV1", reason: "everybody" }, "mitigating"],
      ["update-status", { audience: "stakeholders", text: "We roll back." }, "mitigating"],
      ["note", { text: "The bank is fine." }, "mitigating"],
      ["link", { kind: "change", id: "deploy-7", relation: "began right after it" }, "mitigating"],
      ["link", { kind: "incident", id: other, relation: "the same rack" }, "mitigating"],
      ["unlink", { kind: "incident", id: other }, "mitigating"],
      ["confirm-mitigation", { text: "Rolled back." }, "mitigated"],
      ["reopen", { reason: "It is back." }, "mitigating"],
      ["resolve", { reason: "Fixed forward." }, "resolved"],
      [
        "add-action",
        { title: "Test the rollback", owner: "ann", priority: "P0", due: "2026-03-11T00:00:00Z" },
        "resolved",
      ],
      ["add-action", { title: "Buy a rack", owner: "ben", priority: "P3", due: "2026-04-01T00:00:00Z" }, "resolved"],
      ["change-action", { actionId: "A1", priority: "P1", reason: "less urgent" }, "resolved"],
      ["complete-action", { actionId: "A1", outcome: "tested" }, "resolved"],
      ["drop-action", { actionId: "A2", reason: "no money" }, "resolved"],
      ["edit-postmortem", { section: "why", text: "A **missing** test." }, "resolved"],
      ["edit-postmortem", { section: "summary", text: "Short." }, "resolved"],
      ["restore-postmortem", { section: "summary" }, "resolved"],
      ["review-postmortem", { status: "in-review", comment: "please" }, "resolved"],
      ["close", {}, "closed"],
    ];
    let version = (await detail(id)).version;
    for (const [verb, body, status] of steps) {
      const said = await ok(post(`${path}/${verb}`, body));
      expect([verb, said.status, said.version > version]).toEqual([verb, status, true]);
      version = said.version;
    }
    expect(await detail(id)).toMatchObject({
      roles: [
        { role: "commander", person: "ann", to: expect.any(String) },
        { role: "commander", person: "ben" },
        { role: "scribe", person: "eve" },
      ],
      links: [{ kind: "change", id: "deploy-7", relation: "began right after it" }],
      updates: [{ audience: "stakeholders", author: "responder-name", text: "We roll back." }],
      actions: [
        { id: "A1", priority: "P1", status: "done", outcome: "tested" },
        { id: "A2", status: "dropped", outcome: "no money" },
      ],
      review: { status: "in-review", by: "responder-name" },
    });
    const sections = postmortemSchema.parse((await get(`${path}/postmortem/sections`)).json());
    expect(sections.version).toBe(version);
    expect(sections.sections.filter(({ edit }) => edit !== undefined)).toMatchObject([
      { id: "why", edit: { text: "A **missing** test.", author: "responder-name" } },
    ]);
  });

  it("knows every verb that the table names, and refuses each without a token or with a viewer's", async () => {
    const id = await declared();
    for (const { name } of INCIDENT_VERBS) {
      const path = `/api/v1/incidents/${id}/${name}`;
      expect([name, (await service.ask(path, { method: "POST" })).status]).toEqual([name, 401]);
      const viewer = await post(`/incidents/${id}/${name}`, {}, { role: "viewer" });
      expect([name, viewer.status]).toEqual([name, 403]);
    }
    expect(new Set(INCIDENT_VERBS.map(({ name }) => name)).size).toBe(INCIDENT_VERBS.length);
  });

  it("refuses a move that its status does not allow, and says which are", async () => {
    const id = await declared();
    const { code, message, status } = await refusalOf(post(`/incidents/${id}/resolve`, { reason: "x" }));
    expect([status, code]).toEqual([409, "move-not-allowed"]);
    expect(message).toContain("Allowed: acknowledge");
  });

  it("answers 404 for an incident that is not there, whatever is asked of it", async () => {
    for (const [verb, body] of [
      ["acknowledge", {}],
      ["escalate", { reason: "x" }],
      ["split", { title: "x", severity: "SEV3", reason: "x" }],
      ["merge", { into: "INC-001", reason: "x" }],
    ] as const) {
      expect([verb, (await post(`/incidents/INC-999/${verb}`, body)).status]).toEqual([verb, 404]);
    }
    for (const path of ["", "/explain", "/case", "/postmortem", "/postmortem/sections"]) {
      expect([path, (await get(`/incidents/INC-999${path}`)).status]).toEqual([path, 404]);
    }
  });
});

describe("several incidents", () => {
  it("are merged into one, and split again", async () => {
    const [one, other] = [await declared("One"), await declared("Other")];
    const merged = await ok(post(`/incidents/${one}/merge`, { into: other, reason: "the same" }));
    expect(merged).toMatchObject({ status: "closed", mergedInto: other });
    const { splitInto, status } = await ok(
      post(`/incidents/${other}/split`, { title: "A part", severity: "SEV4", reason: "not the same after all" }),
    );
    expect(status).toBe("declared");
    expect(await detail(splitInto ?? "none")).toMatchObject({ title: "A part", severity: "SEV4", splitFrom: other });
  });

  it("are not merged into what is not there, and not into themselves", async () => {
    const id = await declared();
    expect(await refusalOf(post(`/incidents/${id}/merge`, { into: "INC-998", reason: "x" }))).toMatchObject({
      status: 404,
      code: "unknown-incident",
    });
    expect(await refusalOf(post(`/incidents/${id}/merge`, { into: id, reason: "x" }))).toMatchObject({
      status: 409,
      code: "bad-target",
    });
  });

  it("are listed by status, severity and service", async () => {
    const list = async (query: string) => incidentListSchema.parse((await get(`/incidents?${query}`)).json()).incidents;
    const all = await list("limit=1000");
    for (const [query, holds] of [
      ["severity=SEV4", (one: (typeof all)[number]) => one.severity === "SEV4"],
      ["status=closed", (one: (typeof all)[number]) => one.status === "closed"],
      ["status=open&service=payments", (one: (typeof all)[number]) => !["resolved", "closed"].includes(one.status)],
    ] as const) {
      const some = await list(query);
      expect([query, some.map(({ id }) => id)]).toEqual([query, all.filter(holds).map(({ id }) => id)]);
      expect(some.length).toBeGreaterThan(0);
    }
    expect(await list("service=catalog")).toEqual([]);
  });
});

describe("two people at once", () => {
  it("are told by 412 when the version of If-Match is not the present one, and by which it is", async () => {
    const id = await declared();
    const { version } = await detail(id);
    await ok(post(`/incidents/${id}/note`, { text: "first" }, { headers: { "if-match": `"${version}"` } }));
    const late = await post(`/incidents/${id}/note`, { text: "second" }, { headers: { "if-match": `"${version}"` } });
    expect([late.status, late.headers["etag"]]).toEqual([412, `"${version + 1}"`]);
    expect(late.json()).toMatchObject({ code: "version-mismatch", version: version + 1 });
    expect((await detail(id)).version).toBe(version + 1);
    await ok(post(`/incidents/${id}/note`, { text: "any" }, { headers: { "if-match": "*" } }));
  });

  it("are told by 409 when they say it in the body, also when they call people", async () => {
    const id = await declared();
    const { version } = await detail(id);
    for (const [verb, body] of [
      ["note", { text: "x" }],
      ["escalate", { reason: "x" }],
    ] as const) {
      const refusal = await refusalOf(post(`/incidents/${id}/${verb}`, { ...body, expectedVersion: version - 1 }));
      expect([verb, refusal.status, refusal.code, refusal.version]).toEqual([verb, 409, "version-mismatch", version]);
    }
    await ok(post(`/incidents/${id}/note`, { text: "x", expectedVersion: version }));
  });

  it("call people once, where both do it at the version that both have seen, at the same instant", async () => {
    const id = await declared();
    const headers = { "if-match": `"${(await detail(id)).version}"` };
    const both = await Promise.all([
      post(`/incidents/${id}/escalate`, { reason: "mine" }, { headers }),
      post(`/incidents/${id}/escalate`, { reason: "mine too" }, { headers }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 412]));
    const refused = both.find(({ status }) => status === 412);
    expect(refused?.json()).toMatchObject({ code: "version-mismatch" });
    const asked = (await detail(id)).timeline.filter(({ text }) => text.startsWith("Asks for the next people now"));
    expect(asked).toHaveLength(1);
  });

  it.each([["7"], ['W/"7"'], ['"7", "8"'], ['"x"'], ['"1234567890123456"']])(
    "may not send If-Match: %s",
    async (tag) => {
      const id = await declared();
      const answer = await refusalOf(post(`/incidents/${id}/note`, { text: "x" }, { headers: { "if-match": tag } }));
      expect(answer).toMatchObject({ status: 400, code: "invalid" });
    },
  );

  it("may not contradict themselves", async () => {
    const id = await declared();
    const body = { text: "x", expectedVersion: 2 };
    expect(await refusalOf(post(`/incidents/${id}/note`, body, { headers: { "if-match": '"1"' } }))).toMatchObject({
      status: 400,
      path: "expectedVersion",
    });
  });
});

describe("an Idempotency-Key", () => {
  it("lets a write be repeated, even at the version that it changed", async () => {
    const id = await declared();
    const { version } = await detail(id);
    const headers = { "idempotency-key": "once", "if-match": `"${version}"` };
    const first = await ok(post(`/incidents/${id}/note`, { text: "once" }, { headers }));
    expect(await ok(post(`/incidents/${id}/note`, { text: "once" }, { headers }))).toEqual(first);
    expect((await detail(id)).timeline.filter(({ text }) => text === "once")).toHaveLength(1);
  });

  it("that was used for something else is refused by name, and nothing is done", async () => {
    const id = await declared();
    const headers = { "idempotency-key": "twice" };
    await ok(post(`/incidents/${id}/note`, { text: "one" }, { headers }));
    expect(await refusalOf(post(`/incidents/${id}/note`, { text: "two" }, { headers }))).toMatchObject({
      status: 409,
      code: "key-reused",
      path: "idempotency-key",
      message:
        'The Idempotency-Key "twice" was used for something else, and nothing was done. Send a new key for a new request.',
    });
    await ok(post(`/incidents/${id}/escalate`, { reason: "now" }, { headers }));
    expect(await refusalOf(post(`/incidents/${id}/escalate`, { reason: "late" }, { headers }))).toMatchObject({
      code: "key-reused",
    });
    expect((await detail(id)).timeline.map(({ text }) => text)).not.toContain("two");
    const other = { title: "Another one", service: "payments", severity: "SEV3" };
    expect((await post("/incidents", other, { headers })).status).toBe(201);
    expect(await refusalOf(post("/incidents", { ...other, severity: "SEV2" }, { headers }))).toMatchObject({
      code: "key-reused",
    });
  });

  it("of one verb is not that of another, and of one caller not that of another", async () => {
    const id = await declared();
    const headers = { "idempotency-key": "shared" };
    await ok(post(`/incidents/${id}/note`, { text: "one" }, { headers }));
    await ok(post(`/incidents/${id}/note`, { text: "two" }, { headers, role: "approver" }));
    expect((await ok(post(`/incidents/${id}/acknowledge`, {}, { headers }))).status).toBe("acknowledged");
    const texts = (await detail(id)).timeline.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(["one", "two"]));
  });

  it("calls people once, and splits once", async () => {
    const id = await declared();
    const { version } = await detail(id);
    const headers = { "idempotency-key": "call", "if-match": `"${version}"` };
    await ok(post(`/incidents/${id}/escalate`, { reason: "now" }, { headers }));
    await ok(post(`/incidents/${id}/note`, { text: "meanwhile" }));
    await ok(post(`/incidents/${id}/escalate`, { reason: "now" }, { headers }));
    const split = { title: "Part", severity: "SEV4", reason: "x" };
    const first = await ok(post(`/incidents/${id}/split`, split, { headers: { "idempotency-key": "split" } }));
    const again = await ok(post(`/incidents/${id}/split`, split, { headers: { "idempotency-key": "split" } }));
    expect([again.splitInto, again.version]).toEqual([first.splitInto, first.version]);
  });

  it("that is none is refused", async () => {
    const id = await declared();
    const answer = await refusalOf(
      post(`/incidents/${id}/note`, { text: "x" }, { headers: { "idempotency-key": "a b" } }),
    );
    expect(answer).toMatchObject({ status: 400, code: "invalid" });
  });
});

describe("calling people", () => {
  it("goes on at once when somebody escalates, waits while paused, and ends the pause on a word", async () => {
    const id = await declared();
    const escalation = async () => (await detail(id)).escalation;
    await ok(post(`/incidents/${id}/pause`, { until: "2026-03-10T13:00:00Z", reason: "planned" }));
    expect(await escalation()).toMatchObject({
      paused: { until: "2026-03-10T13:00:00.000Z", reason: "planned" },
      waits: { kind: "resume", due: "2026-03-10T13:00:00.000Z" },
    });
    await ok(post(`/incidents/${id}/resume`, {}));
    expect((await escalation())?.paused).toBeUndefined();
    await ok(post(`/incidents/${id}/acknowledge`));
    expect(await escalation()).toMatchObject({ status: "acknowledged", acknowledged: { by: "responder-name" } });
    await ok(post(`/incidents/${id}/confirm`, {}));
    await ok(post(`/incidents/${id}/escalate`, { reason: "I need the next one." }));
    expect(await escalation()).toMatchObject({ status: "escalating", next: { people: ["ann"] } });
  });

  it("is refused where nobody has acknowledged, and where it is over", async () => {
    const id = await declared();
    expect(await refusalOf(post(`/incidents/${id}/confirm`, {}))).toMatchObject({ status: 409, code: "not-allowed" });
    await ok(post(`/incidents/${id}/acknowledge`));
    await ok(post(`/incidents/${id}/resolve`, { reason: "over" }));
    expect(await refusalOf(post(`/incidents/${id}/escalate`, { reason: "x" }))).toMatchObject({ status: 409 });
  });
});

describe("evidence that a person attaches", () => {
  const evidence = {
    kind: "logs",
    source: "ann's terminal",
    from: "2026-03-10T11:00:00Z",
    to: "2026-03-10T11:30:00Z",
    summary: "timeouts",
    data: "ETIMEDOUT x 40",
  };

  it("is kept with its interval and the hash of what was seen", async () => {
    const id = await declared();
    await ok(post(`/incidents/${id}/attach-evidence`, evidence));
    expect((await detail(id)).evidence.filter(({ kind }) => kind === "logs")).toMatchObject([
      {
        kind: "logs",
        from: "2026-03-10T11:00:00.000Z",
        to: "2026-03-10T11:30:00.000Z",
        // SHA-256 of "ETIMEDOUT x 40" as JSON, quotes included
        hash: expect.stringMatching(/^[0-9a-f]{64}$/u) as unknown,
        id: expect.stringMatching(/^attached-[0-9a-f]{16}$/u) as unknown,
      },
    ]);
  });

  it("never changes, and never ends before it begins", async () => {
    const id = await declared();
    await ok(post(`/incidents/${id}/attach-evidence`, { ...evidence, id: "E1" }));
    const other = { ...evidence, id: "E1", data: "nothing at all" };
    expect(await refusalOf(post(`/incidents/${id}/attach-evidence`, other))).toMatchObject({
      code: "evidence-conflict",
    });
    const engines = { ...evidence, id: `auto-close/${id}@7/slos` };
    expect(await refusalOf(post(`/incidents/${id}/attach-evidence`, engines))).toMatchObject({
      status: 400,
      path: "id",
    });
    for (const step of [".", "..", " .. "]) {
      const refused = await refusalOf(post(`/incidents/${id}/attach-evidence`, { ...evidence, id: step }));
      expect(refused).toMatchObject({ status: 400, path: "id", message: expect.stringContaining('other than "."') });
    }
    await ok(post(`/incidents/${id}/attach-evidence`, { ...evidence, id: "..." }));
    const turned = { ...evidence, from: evidence.to, to: evidence.from };
    expect(await refusalOf(post(`/incidents/${id}/attach-evidence`, turned))).toMatchObject({
      status: 400,
      path: "to",
    });
  });
});

describe("a postmortem", () => {
  it("is approved by an approver only, and once the incident is resolved", async () => {
    const id = await declared();
    const approve = (role: keyof typeof TOKENS) =>
      post(`/incidents/${id}/review-postmortem`, { status: "approved" }, { role });
    expect(await refusalOf(approve("responder"))).toMatchObject({ status: 403, code: "wrong-role" });
    expect(await refusalOf(approve("approver"))).toMatchObject({ status: 409, code: "still-open" });
    await ok(post(`/incidents/${id}/acknowledge`));
    await ok(post(`/incidents/${id}/resolve`, { reason: "over" }));
    await ok(approve("approver"));
    expect((await detail(id)).review).toMatchObject({ status: "approved", by: "approver-name" });
  });

  it("takes a section of 50,000 characters in any alphabet", async () => {
    const id = await declared();
    const text = "界".repeat(50_000);
    await ok(post(`/incidents/${id}/edit-postmortem`, { section: "why", text }));
    const answer = await post(`/incidents/${id}/edit-postmortem`, { section: "why", text: `${text}界` });
    expect(answer.status).toBe(400);
  });
});

describe("what is learnt from incidents", () => {
  it("is counted by service, severity and period", async () => {
    const metrics = async (query = "") => incidentMetricsSchema.parse((await get(`/incidents/metrics${query}`)).json());
    const all = await metrics();
    expect(all.byService.map((one) => one.service)).toEqual(["payments"]);
    expect(all.total.count + all.merged).toBe(service.engine.incidents().length);
    expect((await metrics("?severity=SEV4")).total.bySeverity).toMatchObject({ SEV1: 0, SEV2: 0, SEV3: 0 });
    expect((await metrics("?service=catalog&service=none")).total.count).toBe(0);
    const days = await metrics("?from=2026-03-09T00:00:00Z&to=2026-03-12T00:00:00Z&period=day");
    expect(days.byPeriod.map(({ figures, from }) => [from, figures.count > 0])).toEqual([
      ["2026-03-09T00:00:00.000Z", false],
      ["2026-03-10T00:00:00.000Z", true],
      ["2026-03-11T00:00:00.000Z", false],
    ]);
  });

  it.each([
    ["from=2026-03-10T00:00:00Z&to=2026-03-10T00:00:00Z", "with a length"],
    ["from=0001-01-01T00:00:00Z&period=day", "over 1000 periods"],
  ])("is not counted over %s", async (query, words) => {
    expect(await refusalOf(get(`/incidents/metrics?${query}`))).toMatchObject({
      status: 400,
      message: expect.stringContaining(words) as unknown,
    });
  });

  it("is owed as action items, the first due in front, with those that block readiness", async () => {
    const id = await declared();
    const add = (title: string, priority: string, due: string) =>
      ok(post(`/incidents/${id}/add-action`, { title, owner: "zoe", priority, due }));
    await add("late", "P2", "2026-03-09T00:00:00Z");
    await add("later", "P0", "2026-03-01T00:00:00Z");
    await add("soon", "P0", "2026-03-20T00:00:00Z");
    const items = async (query: string) =>
      actionListSchema
        .parse((await get(`/action-items?owner=zoe&${query}`)).json())
        .items.map(({ blocksReadiness, title }) => [title, blocksReadiness]);
    expect(await items("status=open")).toEqual([
      ["later", true],
      ["late", false],
      ["soon", false],
    ]);
    expect(await items("status=overdue")).toEqual([
      ["later", true],
      ["late", false],
    ]);
    await ok(post(`/incidents/${id}/complete-action`, { actionId: "A2", outcome: "done" }));
    expect(await items("status=open")).toEqual([
      ["late", false],
      ["soon", false],
    ]);
    expect(await items("status=all")).toEqual([
      ["later", false],
      ["late", false],
      ["soon", false],
    ]);
    expect(await items("service=catalog")).toEqual([]);
  });
});

describe("an incident that an alert opened", () => {
  let own: MemoryService;
  beforeAll(async () => {
    own = await startMemoryService();
    await breakAndHeal(own);
  });
  afterAll(() => own.close());

  it("says which rules its alert met", async () => {
    const explanation = incidentExplanationSchema.parse((await own.ask("/api/v1/incidents/INC-001/explain")).json());
    expect(explanation.traces[0]?.steps.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ["burn-rate", "fires"],
      ["suppression", "passes"],
      ["intake", "opens"],
    ]);
    const shown = incidentDetailSchema.parse((await own.ask("/api/v1/incidents/INC-001")).json());
    expect(shown.explanation).toEqual(explanation.traces.at(-1));
    expect(shown.escalation).toBeUndefined();
    expect(shown.cost.badEvents).toBeGreaterThan(0);
  });

  it("is exported as a case once it is resolved", async () => {
    const answer = await own.ask("/api/v1/incidents/INC-001/case");
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      { format: "plimsoll-regression-case", name: "regression-INC-001" },
    ]);
    const { id } = incidentSummarySchema.parse(
      (
        await own.ask("/api/v1/incidents", {
          method: "POST",
          headers: { ...bearer(TOKENS.responder), "content-type": "application/json" },
          body: JSON.stringify({ title: "open", service: "payments", severity: "SEV3" }),
        })
      ).json(),
    );
    expect((await own.ask(`/api/v1/incidents/${id}/case`)).json()).toMatchObject({ code: "still-open" });
  });
});
