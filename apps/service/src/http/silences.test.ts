import { externalAlert } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silenceListSchema, silencePreviewSchema, silenceSchema, type SilenceBody } from "../api.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../testing/memory-service.js";

let service: MemoryService;
beforeAll(async () => {
  service = await startMemoryService();
  await service.engine.alerts.take(["web", "api"].map((job) => alert({ alertname: "Down", job })));
});
afterAll(() => service.close());

const NOON = Date.parse("2026-03-10T12:00:00Z");
const at = (hours: number) => new Date(NOON + hours * 3_600_000).toISOString();

function alert(labels: Readonly<Record<string, string>>) {
  const made = externalAlert({ source: "am", labels, startsAtMs: NOON }, { nowMs: NOON });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const ask = (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
  service.ask(`/api/v1${path}`, {
    method,
    headers: {
      ...bearer(TOKENS.responder),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const made = async (body: object, headers?: Readonly<Record<string, string>>): Promise<SilenceBody> => {
  const answer = await ask("POST", "/silences", body, headers);
  expect([answer.status, answer.body]).toEqual([201, expect.any(String)]);
  return silenceSchema.parse(answer.json());
};
const listed = async (state: string) =>
  silenceListSchema.parse((await ask("GET", `/silences?state=${state}`)).json()).silences.map(({ id }) => id);

const web = { matchers: 'job="web"', to: at(2), reason: "New rack." };

describe("a silence", () => {
  it("is made, extended and ended, and says at every time what it quiets", async () => {
    const silence = await made({ ...web, author: "ada" });
    expect(silence).toMatchObject({
      state: "active",
      matchers: '{job="web"}',
      from: at(0),
      to: at(2),
      author: "ada (token responder-name)",
      quiets: 1,
    });
    expect(await listed("active")).toEqual([silence.id]);
    const longer = await ask("POST", `/silences/${silence.id}/extend`, { to: at(4), reason: "It takes longer." });
    expect([longer.status, longer.json()]).toEqual([200, { ...silence, version: 2, to: at(4) }]);
    const again = await ask("POST", `/silences/${silence.id}/extend`, { to: at(4), reason: "It takes longer." });
    expect([again.status, again.json()]).toEqual([200, { ...silence, version: 2, to: at(4) }]);
    const shorter = await ask("POST", `/silences/${silence.id}/extend`, { to: at(3), reason: "Done sooner." });
    expect([shorter.status, shorter.json()]).toMatchObject([409, { code: "not-longer" }]);
    expect((await ask("DELETE", `/silences/${silence.id}`)).status).toBe(204);
    expect((await ask("DELETE", `/silences/${silence.id}`)).json()).toMatchObject({ code: "already-expired" });
    expect(await listed("active")).toEqual([]);
    expect((await ask("GET", `/silences/${silence.id}`)).json()).toMatchObject({
      state: "expired",
      quiets: 0,
      expired: { by: "responder-name", at: at(0) },
    });
  });

  it("is made once for a key, however often it is sent", async () => {
    const key = { "idempotency-key": "rack-7" };
    const first = await made(web, key);
    expect(await made(web, key)).toEqual(first);
    const other = await ask("POST", "/silences", { ...web, to: at(9) }, key);
    expect([other.status, other.json()]).toEqual([409, expect.objectContaining({ code: "key-reused" })]);
    expect((await made(web, { "idempotency-key": "rack-8" })).id).not.toBe(first.id);
    for (const id of await listed("active")) await ask("DELETE", `/silences/${id}`);
  });

  it("is extended once for a key, and the key extends nothing else", async () => {
    const key = { "idempotency-key": "longer-1" };
    const { id } = await made(web);
    const extend = (hours: number, headers: Record<string, string> = {}) =>
      ask("POST", `/silences/${id}/extend`, { to: at(hours), reason: "It takes longer." }, headers);
    const first = await extend(3, key);
    expect([first.status, first.json()]).toMatchObject([200, { to: at(3), version: 2 }]);
    expect((await extend(5)).json()).toMatchObject({ to: at(5), version: 3 });
    const again = await extend(3, key);
    expect([again.status, again.json()]).toMatchObject([200, { to: at(5), version: 3 }]);
    expect((await extend(6, key)).json()).toMatchObject({ code: "key-reused" });
    expect((await ask("GET", `/silences/${id}`)).json()).toMatchObject({ to: at(5), version: 3 });
    await ask("DELETE", `/silences/${id}`);
  });

  it("is pending before its time, and recurs at the times that are given", async () => {
    const later = await made({
      ...web,
      from: at(1),
      recurring: [
        { times: [{ start_time: "22:00", end_time: "24:00" }], weekdays: ["monday:friday"], location: "Europe/Berlin" },
      ],
    });
    expect(later).toMatchObject({
      state: "pending",
      quiets: 0,
      recurring: ["22:00 to 24:00; Monday to Friday; Europe/Berlin"],
    });
    expect(await listed("pending")).toEqual([later.id]);
    await ask("DELETE", `/silences/${later.id}`);
    const all = await listed("all");
    expect(all).toEqual(await listed("expired"));
    expect(all).toContain(later.id);
  });

  it("recurs at times that are written as in the configuration, also past midnight", async () => {
    const night = await made({ ...web, recurring: ["fri 22:00-06:00 Asia/Tokyo", { months: ["may"] }] });
    expect(night).toMatchObject({
      recurring: ["22:00 to 24:00; Friday; Asia/Tokyo", "00:00 to 06:00; Saturday; Asia/Tokyo", "month 5; UTC"],
    });
    await ask("DELETE", `/silences/${night.id}`);
    const refused = await ask("POST", "/silences", { ...web, recurring: ["mon", "someday"] });
    expect([refused.status, refused.json()]).toEqual([
      400,
      {
        code: "invalid",
        message:
          "At recurring.1: found `someday`; write weekdays, clock times and a zone, such as `mon-fri 22:00-06:00 Europe/Berlin`.",
        path: "recurring.1",
      },
    ]);
  });

  it("is told at its place what does not fit in a time that is an object", async () => {
    const refused = await ask("POST", "/silences", { ...web, recurring: [{ weekdays: "monday" }] });
    expect([refused.status, refused.json()]).toEqual([
      400,
      {
        code: "invalid",
        message: "The body, at recurring.0.weekdays: found text that does not fit, expected a list.",
        path: "recurring.0.weekdays",
      },
    ]);
  });

  it.each([
    [{ ...web, matchers: 'job=""' }, 409, "matches-everything"],
    [{ ...web, matchers: 'job=~"("' }, 400, "invalid"],
    [{ ...web, matchers: "{{" }, 400, "invalid"],
    [{ ...web, matchers: 'job=~".*"' }, 409, "matches-everything"],
    [{ ...web, to: at(-1) }, 409, "bad-interval"],
    [{ ...web, to: at(24 * 400) }, 409, "bad-interval"],
    [{ ...web, reason: "  " }, 400, "invalid"],
    [{ ...web, id: "mine" }, 400, "invalid"],
    [{ ...web, recurring: [{ weekdays: ["someday"] }] }, 400, "invalid"],
    [{ ...web, recurring: [{ location: "Mars/Olympus" }] }, 400, "invalid"],
  ])("is refused as %j", async (body, status, code) => {
    const answer = await ask("POST", "/silences", body);
    expect([answer.status, answer.json()]).toMatchObject([status, { code }]);
  });

  it("that is not there can not be read, extended or ended", async () => {
    expect((await ask("GET", "/silences/none")).status).toBe(404);
    expect((await ask("DELETE", "/silences/none")).status).toBe(404);
    expect((await ask("POST", "/silences/none/extend", { to: at(5), reason: "x" })).status).toBe(404);
  });

  it("needs a responder, and no token to be read on loopback", async () => {
    const viewer = bearer(TOKENS.viewer) as Readonly<Record<string, string>>;
    expect((await ask("POST", "/silences", web, viewer)).status).toBe(403);
    expect((await ask("DELETE", "/silences/none", undefined, viewer)).status).toBe(403);
    expect((await service.ask("/api/v1/silences")).status).toBe(200);
    expect((await service.ask("/api/v1/silences?state=gone")).status).toBe(400);
  });
});

describe("a preview of a silence", () => {
  const preview = async (matchers: string) =>
    silencePreviewSchema.parse((await ask("POST", "/silences/preview", { matchers })).json());

  it("says which alerts and groups it would keep quiet, and changes nothing", async () => {
    const silence = await made(web);
    const found = await preview('alertname = Down, job=~"web|none"');
    expect(found).toMatchObject({
      matchers: '{alertname="Down", job=~"web|none"}',
      matchesEverything: false,
      total: 1,
      of: 2,
      alerts: [{ labels: { alertname: "Down", job: "web" }, startsAt: at(0), silencedAlready: true }],
      groups: [{ receiver: "incidents", alerts: 1 }],
    });
    await ask("DELETE", `/silences/${silence.id}`);
    expect((await preview("alertname=Down")).alerts.map(({ silencedAlready }) => silencedAlready)).toEqual([
      false,
      false,
    ]);
    expect(await listed("active")).toEqual([]);
  });

  it("says when it would take everything, and where the matchers are wrong", async () => {
    expect(await preview('job=~".*"')).toMatchObject({ matchesEverything: true, total: 2 });
    const wrong = await ask("POST", "/silences/preview", { matchers: 'job=~"("' });
    expect([wrong.status, wrong.json()]).toMatchObject([400, { path: "matchers" }]);
  });
});
