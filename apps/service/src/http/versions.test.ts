import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bearer, TOKENS, type Answer, type MemoryService } from "../testing/memory-service.js";
import { startOnCallService } from "../testing/on-call-service.js";

const RUNBOOK = `
version: 1
runbook: fail-over
title: Fail over
level: 3
owner: payments
symptoms: [payments-availability]
steps:
  - { id: switch, title: "Switch", do: { manual: "Turn the switch." } }
`;

let service: MemoryService;
beforeEach(async () => {
  service = await startOnCallService(RUNBOOK);
});
afterEach(() => service.close());

const NOON = Date.parse("2026-03-10T12:00:00Z");
const at = (hours: number) => new Date(NOON + hours * 3_600_000).toISOString();

type Asked = { readonly method?: string; readonly body?: object; readonly ifMatch?: string };
const ask = (path: string, { body, ifMatch, method = "POST" }: Asked = {}): Promise<Answer> =>
  service.ask(`/api/v1${path}`, {
    method,
    headers: {
      ...bearer(TOKENS.admin),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const read = (path: string) => ask(path, { method: "GET" });
const made = async (path: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
  const answer = await ask(path, { body });
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.body}`);
  return answer.json() as Record<string, unknown>;
};
const versionOf = async (path: string) => {
  const answer = await read(path);
  const { version } = answer.json() as { readonly version: number };
  expect([answer.status, answer.headers["etag"]]).toEqual([200, `"${version}"`]);
  return version;
};

const PASSWORD = "correct horse battery";
const reason = "a reason";

/** A thing that is there: where it is read, and what changes it; each is asked of one of its own. */
type Thing = { readonly path: string; readonly changes: Readonly<Record<string, Asked>> };
const THINGS: Readonly<Record<string, () => Promise<Thing>>> = {
  async silence() {
    const { id } = await made("/silences", { matchers: 'job="web"', to: at(2), reason });
    return {
      path: `/silences/${String(id)}`,
      changes: { "/extend": { body: { to: at(4), reason } }, "": { method: "DELETE" } },
    };
  },
  async schedule() {
    const change = { kind: "add", person: "ada", from: at(1), to: at(2), reason };
    const { overrides } = await made("/schedules/primary/overrides", change);
    const [{ id } = { id: "" }] = overrides as readonly { readonly id: string }[];
    const swap = {
      first: { person: "ben", from: at(3), to: at(4) },
      second: { person: "ada", from: at(200), to: at(201) },
    };
    const day = (hours: number) => at(hours).replaceAll(/[-:]|\.000/gu, "");
    const calendar = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "BEGIN:VEVENT",
      "UID:u1",
      `DTSTART:${day(5)}`,
      `DTEND:${day(6)}`,
      "SUMMARY:Ada Byron",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ].join("\r\n");
    return {
      path: "/schedules/primary",
      changes: {
        "/overrides": { body: { ...change, from: at(7), to: at(8) } },
        "/swaps": { body: swap },
        "/overrides/import": { body: { calendar } },
        [`/overrides/${encodeURIComponent(id)}`]: { method: "DELETE" },
      },
    };
  },
  async run() {
    const { id } = await made("/runbooks/fail-over/runs", { reason });
    await service.engine.runbooks.advance();
    await service.engine.runbooks.advance();
    return {
      path: `/runbook-runs/${String(id)}`,
      changes: {
        "/cancel": { body: { reason } },
        "/report": { body: { stepId: "switch", succeeded: true, note: "Turned." } },
      },
    };
  },
  async user() {
    for (const name of ["root", "bob"]) await made("/users", { name, role: "admin", password: PASSWORD });
    return {
      path: "/users/bob",
      changes: {
        "/role": { body: { role: "viewer" } },
        "/password": { body: { password: "battery horse correct" } },
        "/disable": { body: {} },
      },
    };
  },
  async token() {
    await made("/users", { name: "root", role: "admin", password: PASSWORD });
    const { id } = await made("/tokens", { title: "t", owner: "root", role: "viewer", expires: at(2) });
    return { path: `/tokens/${String(id)}`, changes: { "": { method: "DELETE" } } };
  },
  async override() {
    const { id } = await made("/overrides", { author: "a", reason, services: "all", risks: ["risky"], expires: at(2) });
    return { path: `/overrides/${String(id)}`, changes: { "": { method: "DELETE" } } };
  },
  async correction() {
    const body = { author: "a", reason, slos: "all", effect: "drop", from: at(-2), to: at(-1) };
    const { id } = await made("/corrections", body);
    return { path: `/corrections/${String(id)}`, changes: { "": { method: "DELETE" } } };
  },
};

const kinds = Object.entries(THINGS);

describe.each(kinds)("a %s", (kind, make) => {
  it("says its version in its body and its ETag, and refuses a write at another one", async () => {
    const { changes, path } = await make();
    const version = await versionOf(path);
    for (const [verb, change] of Object.entries(changes)) {
      const stale = await ask(`${path}${verb}`, { ...change, ifMatch: `"${version + 1}"` });
      expect([verb, stale.status, stale.headers["etag"]]).toEqual([verb, 412, `"${version}"`]);
      expect(stale.json()).toMatchObject({ code: "version-mismatch", version });
      if (change.body === undefined) continue;
      const told = await ask(`${path}${verb}`, { body: { ...change.body, expectedVersion: version - 1 } });
      expect([verb, told.status, told.headers["etag"]]).toEqual([verb, 409, `"${version}"`]);
      expect(told.json()).toMatchObject({ code: "version-mismatch", version });
      const torn = { body: { ...change.body, expectedVersion: version }, ifMatch: `"${version + 1}"` };
      expect((await ask(`${path}${verb}`, torn)).status).toBe(400);
    }
    expect(await versionOf(path)).toBe(version);
  });

  it("is changed by exactly one of two who saw the same version", async () => {
    const { changes, path } = await make();
    const version = await versionOf(path);
    const [change] = Object.entries(changes);
    if (change === undefined) throw new Error("nothing changes it");
    const [verb, asked] = change;
    const write = () => ask(`${path}${verb}`, { ...asked, ifMatch: `"${version}"` });
    const statuses = (await Promise.all([write(), write()])).map(({ status }) => status);
    const lost = statuses.filter((status) => status >= 300);
    // What was withdrawn is gone: nobody can have another version of it.
    expect([["override", "correction"].includes(kind) ? 404 : 412]).toEqual(lost);
  });

  it("answers each change with the version that it made", async () => {
    const { changes, path } = await make();
    for (const [verb, asked] of Object.entries(changes)
      .filter(([, { body }]) => body !== undefined)
      .slice(0, 1)) {
      const version = await versionOf(path);
      const answer = await ask(`${path}${verb}`, { ...asked, ifMatch: `"${version}"` });
      expect(answer.status).toBeLessThan(300);
      const tag = answer.headers["etag"];
      expect([Number(tag?.replaceAll('"', "")) > version, tag]).toEqual([true, `"${await versionOf(path)}"`]);
      expect(answer.json()).toMatchObject({ version: await versionOf(path) });
    }
  });
});

it("the schedule of a configuration that nobody changed is at version 0, and its corrections are", async () => {
  expect(await versionOf("/schedules/primary")).toBe(0);
  expect((await read("/schedules/none")).status).toBe(404);
  for (const path of ["/users/none", "/tokens/none", "/overrides/none", "/corrections/none"]) {
    expect([path, (await read(path)).status]).toEqual([path, 404]);
  }
});

it("a repetition by its key finds itself done, although the version is another now", async () => {
  await made("/users", { name: "root", role: "admin", password: PASSWORD });
  await made("/users", { name: "bob", role: "admin", password: PASSWORD });
  const write = () =>
    service.ask("/api/v1/users/bob/role", {
      method: "POST",
      headers: {
        ...bearer(TOKENS.admin),
        "content-type": "application/json",
        "idempotency-key": "k",
        "if-match": '"1"',
      },
      body: JSON.stringify({ role: "viewer" }),
    });
  expect([(await write()).status, (await write()).status]).toEqual([200, 200]);
  expect(await versionOf("/users/bob")).toBe(2);
});

describe("the OpenAPI document", () => {
  it("shows the header, the field and both refusals of every write about something that is there", async () => {
    const { paths } = (await read("/openapi.json")).json() as {
      paths: Record<
        string,
        Record<string, { parameters?: { name: string }[]; responses: object; requestBody?: object }>
      >;
    };
    const changing = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        (operation.parameters ?? []).some(({ name }) => name === "if-match") ? [{ path, method, operation }] : [],
      ),
    );
    for (const { method, operation, path } of changing) {
      expect(Object.keys(operation.responses), `${method} ${path}`).toEqual(expect.arrayContaining(["409", "412"]));
      const field = JSON.stringify(operation.requestBody ?? {}).includes("expectedVersion");
      expect([method, path, field]).toEqual([method, path, method === "post"]);
    }
    const shown = changing.map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
    expect(shown.filter((one) => !one.startsWith("post /incidents/"))).toEqual([
      "delete /overrides/{id}",
      "delete /corrections/{id}",
      ...["approve", "pause", "resume", "cancel", "report"].map((verb) => `post /runbook-runs/{id}/${verb}`),
      "post /automation/release",
      "post /schedules/{id}/overrides",
      "delete /schedules/{id}/overrides/{overrideId}",
      "post /schedules/{id}/swaps",
      "post /schedules/{id}/overrides/import",
      "delete /silences/{id}",
      "post /silences/{id}/extend",
      ...["role", "password", "disable", "enable"].map((verb) => `post /users/{name}/${verb}`),
      "delete /tokens/{id}",
    ]);
  });
});
