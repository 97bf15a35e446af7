import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatIssues, parseConfig } from "@plimsoll/config";
import { externalAlert, failure, type ExternalAlert } from "@plimsoll/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registryWith, type AdapterTypes } from "./adapter-types.js";
import { openEngine, type OpenedEngine } from "./composition.js";

// The embedded store starts a database: a bound against hanging, not an expectation of speed.
const PATIENCE = { timeout: 120_000 };

type Message = { readonly title: string; readonly urgency: string; readonly address?: string };

let folder: string;
let server: Server;
let received: Message[];
let pings: number;
let opened: OpenedEngine | undefined;
let onMessage: () => void = () => undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-composition-"));
  received = [];
  pings = 0;
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      if (request.url === "/dead-man") pings += 1;
      else received.push(JSON.parse(body) as Message);
      response.end();
      onMessage();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open(text: string, adapters: readonly AdapterTypes[] = []): Promise<OpenedEngine> {
  const config = parseConfig([{ name: join(folder, "plimsoll.yaml"), text: `version: 1\nstorage: data\n${text}` }], {
    ...registryWith(adapters),
    readSecret: () => failure("no secrets"),
  });
  if (!config.ok) throw new Error(formatIssues(config.error, { color: false }));
  opened = await openEngine(config.value, { adapters });
  return opened;
}

/** Resolves once so many messages have come in. */
function messages(count: number): Promise<readonly Message[]> {
  return new Promise((resolve) => {
    onMessage = () => {
      if (received.length >= count) resolve(received);
    };
    onMessage();
  });
}

describe("on-call from a configuration", () => {
  it("calls whoever is on call about an incident that is declared, and nobody else", PATIENCE, async () => {
    const { engine } = await open(`
services: { shop: {}, wiki: { escalation: quiet } }
notifiers:
  phone: { type: webhook, url: "${address()}" }
notify: { pages: [], tickets: [], incidents: [] }
people:
  ana: { zone: UTC, contacts: [{ notifier: phone, address: ana's phone }] }
  ben: { zone: UTC, contacts: [{ notifier: phone, address: ben's phone }] }
schedules:
  primary:
    layers:
      - id: always
        rotation: { every: yearly, start: 2026-01-01, handOff: "00:00", zone: UTC, participants: [ana] }
escalation:
  default: standard
  policies:
    standard: { steps: [{ targets: [{ schedule: primary }] }], fallback: [{ person: ben }] }
    quiet: { steps: [{ targets: [{ person: ben }] }], fallback: [{ person: ana }] }
`);
    const declare = (service: string) =>
      engine.declareIncident({
        service,
        severity: "SEV1",
        title: `${service} is down`,
        actor: "eve",
        causeId: `declare-${service}`,
      });
    engine.onOwed(() => void engine.deliver());
    expect((await declare("shop")).ok).toBe(true);
    expect(await messages(1)).toMatchObject([{ urgency: "page", address: "ana's phone" }]);
    expect((await declare("wiki")).ok).toBe(true);
    expect((await messages(2)).slice(1)).toMatchObject([{ urgency: "page", address: "ben's phone" }]);
    expect(engine.onCall.policyFor("shop")?.id).toBe("standard");
  });
});

describe("alerts and runbooks from a configuration", () => {
  it(
    "go by its routes to its receivers, are excused by planned work, and are worked on with its runbooks",
    PATIENCE,
    async () => {
      mkdirSync(join(folder, "runbooks"));
      writeFileSync(join(folder, "runbooks", "note.yaml"), runbookThatWrites(join(folder, "note")));
      const { engine } = await open(`
services: { shop: {} }
notifiers:
  phone: { type: webhook, url: "${address()}" }
  chat: { type: webhook, url: "${address()}" }
notify: { pages: [], tickets: [], incidents: [] }
people:
  ana: { zone: UTC, contacts: [{ notifier: phone, address: ana's phone }] }
escalation:
  default: standard
  policies:
    standard: { steps: [{ targets: [{ person: ana }] }], fallback: [{ person: ana }] }
routing:
  route:
    receiver: incidents
    groupWait: 0s
    groupBy: ["..."]
    routes: [{ matchers: [severity=info], receiver: chatter }]
  receivers:
    incidents: { service: shop, severity: SEV2 }
    chatter: { opens: nothing, notifiers: [chat] }
  maintenance:
    - id: move
      matchers: [cluster=eu]
      author: ana
      reason: New rack
      at: { from: 2020-01-01T00:00:00Z, to: 9999-01-01T00:00:00Z }
runbooks: runbooks
runbookHost: { allowShell: false }
deadMan: { url: "${address()}/dead-man" }
`);
      engine.onOwed(() => void engine.deliver());
      await engine.alerts.take([
        alertOf({ alertname: "Down", cluster: "us" }),
        alertOf({ alertname: "Move", cluster: "eu" }),
      ]);
      expect(await messages(1)).toMatchObject([
        { urgency: "page", address: "ana's phone", severity: "SEV2", service: "shop" },
      ]);
      await engine.alerts.take([alertOf({ alertname: "Restarted", severity: "info" })]);
      expect((await messages(2)).slice(1)).toMatchObject([{ urgency: "ticket", title: "Alerts: 1 firing" }]);
      expect(engine.incidents().map(({ title }) => title)).toEqual(expect.arrayContaining(["Down", "Move"]));
      expect(engine.incidents()).toHaveLength(2);

      const run = await engine.runbooks.request({
        runbookId: "note",
        actor: "ana",
        causeId: "r",
        reason: "To see it.",
      });
      if (!run.ok) throw new Error(run.error.message);
      while ((engine.runbooks.get(run.value.id)?.status ?? "") !== "succeeded") {
        expect(await engine.runbooks.advance()).toBeGreaterThan(0);
      }
      expect(readFileSync(join(folder, "note"), "utf8")).toBe("done");

      expect(await engine.escalations.audit()).toMatchObject({ findings: [], ping: { kind: "pinged" } });
      await engine.escalations.audit();
      expect(pings).toBe(1);
      expect(received).toHaveLength(2);
    },
  );
});

function alertOf(labels: Readonly<Record<string, string>>): ExternalAlert {
  const alert = externalAlert({ source: "test", labels }, { nowMs: Date.now() });
  if (!alert.ok) throw new Error(alert.error.message);
  return alert.value;
}

/** A runbook of one step that runs a program, which writes a word into a file. */
function runbookThatWrites(file: string): string {
  return `version: 1
runbook: note
title: Write a note
owner: ops
level: 3
steps:
  - id: write
    title: Write it
    risk: safe
    do: { command: { run: [${JSON.stringify(process.execPath)}, -e, "require('fs').writeFileSync(process.argv[1], 'done')", ${JSON.stringify(file)}] } }
`;
}
