import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  correctionListSchema,
  gateAnswerSchema,
  incidentDetailSchema,
  incidentListSchema,
  metaSchema,
  overrideListSchema,
  reportSchema,
  serviceListSchema,
  sloHistorySchema,
  sloListSchema,
  sloStatusSchema,
} from "../api.js";
import {
  bearer,
  breakAndHeal,
  NASTY_TITLE,
  startMemoryService,
  TOKENS,
  type MemoryService,
} from "../testing/memory-service.js";

type Document = {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
type Operation = {
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>
  >;
};

let service: MemoryService;
beforeAll(async () => {
  service = await startMemoryService();
  await breakAndHeal(service);
});
afterAll(() => service.close());

/** A path where nothing goes on behind it. */
const wordOf = (path: string) => new RegExp(String.raw`${path.replace(/[*/]/g, String.raw`\$&`)}(?![\w/*])`, "u");
const write = (path: string, body: unknown, role: keyof typeof TOKENS = "responder") =>
  service.ask(path, {
    method: "POST",
    headers: { ...bearer(TOKENS[role]), "content-type": "application/json" },
    body: JSON.stringify(body),
  });

describe("an answer", () => {
  it.each<[string, z.ZodType]>([
    ["/api/v1/meta", metaSchema],
    ["/api/v1/services", serviceListSchema],
    ["/api/v1/slos", sloListSchema],
    ["/api/v1/slos?service=payments", sloListSchema],
    ["/api/v1/slos/payments-availability", sloStatusSchema],
    ["/api/v1/slos/catalog-availability", sloStatusSchema],
    ["/api/v1/slos/payments-availability/history", sloHistorySchema],
    ["/api/v1/incidents", incidentListSchema],
    ["/api/v1/incidents?status=open", incidentListSchema],
    ["/api/v1/incidents/INC-001", incidentDetailSchema],
    ["/api/v1/gate?risk=risky&service=payments", gateAnswerSchema],
    ["/api/v1/corrections", correctionListSchema],
    ["/api/v1/overrides", overrideListSchema],
    ["/api/v1/report?period=1d", reportSchema],
  ])("of %s is what its schema says, and no more", async (path, schema) => {
    const answer = await service.ask(path);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toContain("application/json");
    // A parsed body has lost what the schema does not name.
    expect(schema.parse(answer.json())).toEqual(answer.json());
  });

  it("carries a title as it is, and as nothing that a browser would run", async () => {
    const answer = await service.ask("/api/v1/slos/payments-availability", { headers: { accept: "text/html" } });
    expect(sloStatusSchema.parse(answer.json()).title).toBe(NASTY_TITLE);
    for (const path of [
      "/api/v1/incidents/INC-001/postmortem",
      "/api/v1/report?format=markdown",
      "/api/v1/report?format=text",
    ]) {
      const text = await service.ask(path, { headers: { accept: "text/html" } });
      expect(text.status).toBe(200);
      expect(text.headers["content-type"]).toMatch(/^text\/(?:markdown|plain); charset=utf-8$/u);
      expect(text.headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  it("with the list is the same until a round changed it, and need not be sent again", async () => {
    const first = await service.ask("/api/v1/slos");
    const tag = first.headers["etag"] ?? "";
    const again = await service.ask("/api/v1/slos", { headers: { "if-none-match": tag } });
    expect([again.status, again.body]).toEqual([304, ""]);
    await service.measure(1, { good: 90, bad: 10 });
    const changed = await service.ask("/api/v1/slos", { headers: { "if-none-match": tag } });
    expect(changed.status).toBe(200);
    expect(changed.headers["etag"]).not.toBe(tag);
  });

  it.each([
    ["one SLO", "/api/v1/slos/payments-availability", ["evaluatedAt"]],
    ["the SLOs of a service", "/api/v1/slos?service=payments", ["slos", 0, "evaluatedAt"]],
    ["the list", "/api/v1/slos", ["slos", 0, "evaluatedAt"]],
  ])("with %s is of the last round, though one of the round before is kept", async (_name, path, place) => {
    const evaluatedAt = async (): Promise<unknown> =>
      place.reduce<unknown>(
        (value, key) => (value as Record<string | number, unknown>)[key],
        (await service.ask(path)).json(),
      );
    await service.measure(1, { good: 90, bad: 10 });
    const now = (): string => new Date(service.clock.nowMs()).toISOString();
    expect([await evaluatedAt(), await evaluatedAt()]).toEqual([now(), now()]);
    await service.measure(1, { good: 90, bad: 10 });
    expect(await evaluatedAt()).toBe(now());
  });
});

describe("what people do to an incident", () => {
  it("is recorded under whom they act for and under the token", async () => {
    await service.measure(40, { good: 10, bad: 90 });
    const { incidents } = incidentListSchema.parse((await service.ask("/api/v1/incidents?status=open")).json());
    const id = incidents[0]?.id ?? "none";
    expect((await write(`/api/v1/incidents/${id}/acknowledge`, { by: "ann" })).status).toBe(200);
    expect((await write(`/api/v1/incidents/${id}/note`, { text: "looking" })).status).toBe(200);
    const { timeline } = incidentDetailSchema.parse((await service.ask(`/api/v1/incidents/${id}`)).json());
    const actors = timeline.map(({ actor }) => actor);
    expect(actors).toContain("ann (token responder-name)");
    expect(actors).toContain("responder-name");
  });

  it("may be said without a body where there is nothing to say, and is refused where it does not fit", async () => {
    const answer = await service.ask("/api/v1/incidents/INC-001/acknowledge", {
      method: "POST",
      headers: bearer(TOKENS.responder),
    });
    expect(answer.status).toBe(200);
    expect((await write("/api/v1/incidents/INC-999/note", { text: "x" })).status).toBe(404);
  });
});

describe("the OpenAPI document", () => {
  let document: Document;
  let operations: readonly (readonly [string, string, Operation])[];
  beforeAll(async () => {
    document = (await service.ask("/api/v1/openapi.json")).json() as Document;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== "head")
        .map(([method, operation]) => [path, method, operation] as const),
    );
  });

  it("is one of version 3.1, without what 3.0 alone knows", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(JSON.stringify(document)).not.toMatch(/"nullable"|"exclusiveM(?:in|ax)imum":true/u);
    expect(operations.length).toBeGreaterThanOrEqual(20);
    const outside = ["/healthz", "/-/healthy", "/readyz", "/-/ready", "/metrics"];
    expect(operations.map(([path]) => path)).toEqual(expect.arrayContaining(outside));
  });

  it("says for every route what it is, what it answers and how it refuses", () => {
    for (const [path, method, operation] of operations) {
      const name = `${method} ${path}`;
      expect(operation.summary, name).toBeTruthy();
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => status.startsWith("2")),
        name,
      ).toBe(true);
      expect(statuses, name).toEqual(expect.arrayContaining(["400", "401", "403", "404", "421", "500", "503"]));
      for (const [status, { content }] of Object.entries(operation.responses)) {
        // Alertmanager's own API says 200, and nothing more, where a silence ends.
        if (status === "204" || name === "delete /api/v2/silence/{id}") continue;
        const schemas = Object.values(content ?? {}).map(({ schema }) => schema);
        expect(schemas.length, `${name} ${status}`).toBeGreaterThan(0);
        for (const schema of schemas) expect(schema, `${name} ${status}`).toBeTypeOf("object");
      }
    }
  });

  const neededBy = ({ security }: (typeof operations)[number][2]) =>
    (security as readonly Readonly<Record<string, readonly string[]>>[] | undefined)?.map(
      (one) => Object.values(one)[0],
    );

  it("asks every write for a token or a session, with its role", () => {
    const writes = operations.filter(([, method]) => method !== "get");
    for (const [path, method, operation] of writes) {
      const needed = neededBy(operation);
      // Whoever signs in is nobody yet.
      if (/\/sign-(?:in|out)/.test(path)) {
        expect(needed, `${method} ${path}`).toEqual([]);
        continue;
      }
      const role = expect.stringMatching(
        /^\/api\/v1\/(?:users|tokens)/.test(path)
          ? /^admin$/
          : /^\/api\/v1\/(?:overrides|corrections)/.test(path)
            ? /^approver$/
            : path.endsWith("/preview") || path.endsWith("/session/password")
              ? /^(?:viewer|responder)$/
              : /^(?:responder|approver|admin)$/,
      ) as unknown;
      expect(needed, `${method} ${path}`).toEqual([[role], [role]]);
    }
  });

  it("names whatever is open everywhere where it says what anything needs", () => {
    const open = operations.filter(([, , operation]) => neededBy(operation)?.length === 0).map(([path]) => path);
    const session = ["session", "sign-in", "sign-in/link", "sign-out"].map((last) => `/api/v1/${last}`);
    expect(open.toSorted()).toEqual(["/-/healthy", "/-/ready", ...session, "/healthz", "/readyz"]);
    for (const path of [...open, "/callbacks/*"]) expect(document.info.description).toMatch(wordOf(path));
  });

  it("takes an Idempotency-Key of every post that makes or changes something, but for those that the docs name", () => {
    const keyless = operations.filter(
      ([path, method, { parameters = [] }]) =>
        method === "post" && !path.endsWith("/preview") && !parameters.some(({ name }) => name === "idempotency-key"),
    );
    expect(keyless.map(([path]) => path).toSorted()).toEqual([
      "/api/v1/alerts/alertmanager",
      "/api/v1/alerts/webhooks/{name}",
      "/api/v1/session/password",
      "/api/v1/sign-in",
      "/api/v1/sign-in/link",
      "/api/v1/sign-out",
      "/api/v2/alerts",
      "/api/v2/silences",
    ]);
    const docs = readFileSync(new URL("../../../../docs/http-api.md", import.meta.url), "utf8");
    const [, exceptions = ""] = docs.split("but for these:\n");
    const named = exceptions.split("\n## ")[0] ?? "";
    for (const [path] of keyless) expect(named).toMatch(wordOf(path.replace("{name}", ":name")));
  });

  it("shows users, tokens and the audit trail to admins only", () => {
    const reads = operations.filter(
      ([path, method]) => method === "get" && /^\/api\/v1\/(?:users|tokens|audit)/.test(path),
    );
    expect(reads.map(([path]) => path)).toHaveLength(6);
    for (const [, , operation] of reads) expect(neededBy(operation)).toEqual([["admin"], ["admin"]]);
  });
});

describe("the metrics page", () => {
  it("tells every SLO's figures once, in the text format", async () => {
    const answer = await service.ask("/metrics");
    expect(answer.headers["content-type"]).toContain("text/plain; version=0.0.4");
    const lines = answer.body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const series = lines.map((line) => line.slice(0, line.lastIndexOf(" ")));
    expect(new Set(series).size).toBe(series.length);
    for (const line of lines)
      expect(line).toMatch(
        /^[a-z_][a-z0-9_]*(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*\})? (?:[-+]?\d[\d.e+-]*|NaN|[-+]Inf)$/u,
      );
    expect(answer.body).toMatch(
      /plimsoll_slo_budget_remaining_ratio\{slo="payments-availability",service="payments"\} -\d/u,
    );
    expect(answer.body).toContain(
      'plimsoll_slo_verdict{slo="payments-availability",service="payments",verdict="firing"} 1',
    );
    const families = answer.body
      .split("\n")
      .filter((line) => line.startsWith("# TYPE "))
      .map((line) => line.split(" ")[2]);
    expect(new Set(families).size).toBe(families.length);
    expect(
      families.filter((name) => name?.endsWith("_total") === true && !answer.body.includes(`# TYPE ${name} counter`)),
    ).toEqual([]);
  });
});
