import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatIssues, parseConfig } from "@plimsoll/config";
import { failure } from "@plimsoll/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registryWith, type AdapterTypes } from "./adapter-types.js";
import { openEngine, type OpenedEngine } from "./composition.js";

// The embedded store starts a database: a bound against hanging, not an expectation of speed.
const PATIENCE = { timeout: 120_000 };

type Message = { readonly title: string; readonly urgency: string; readonly address?: string };

let folder: string;
let server: Server;
let received: Message[];
let opened: OpenedEngine | undefined;
let onMessage: () => void = () => undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-composition-"));
  received = [];
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      received.push(JSON.parse(body) as Message);
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
