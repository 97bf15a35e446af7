import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@plimsoll/config";
import { failure, type Notification, type SliRequest } from "@plimsoll/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { registryWith, type AdapterTypes } from "./adapter-types.js";
import { openEngine } from "./composition.js";

// The embedded store starts a database: a bound against hanging, not an expectation of speed.
const PATIENCE = { timeout: 120_000 };
const asked: SliRequest[] = [];
const sent: Notification[] = [];
const made: unknown[] = [];
const adapters: AdapterTypes = {
  sourceTypes: {
    jobs: {
      settings: z.strictObject({ address: z.string() }),
      query: z.strictObject({ queue: z.string() }),
      create: (settings: { readonly address: string }) => {
        made.push(settings);
        return {
          read: async (request) => {
            asked.push(request);
            return { kind: "read", samples: [], watermarkMs: request.toMs, setAside: [], notes: [] };
          },
        };
      },
    },
    bare: {
      settings: z.record(z.string(), z.unknown()),
      query: z.strictObject({}),
      create: () => ({ read: async () => ({ kind: "failed", code: "x", message: "x", retryable: true }) }),
    },
  },
  notifierTypes: {
    lamp: {
      settings: z.strictObject({ colour: z.string() }),
      create: (settings: { readonly colour: string }, { clock }) => {
        made.push({ ...settings, at: clock.now().isValid });
        return { send: async (message) => (sent.push(message), { kind: "sent" }) };
      },
    },
  },
};

/** What runbooks work with: a remediator that says what it is asked, and a fleet of its own. */
const platform: AdapterTypes = {
  remediatorTypes: {
    cloud: {
      settings: z.strictObject({ region: z.string() }),
      create: ({ region }: { readonly region: string }) => ({
        prepare: async ({ remedy }) => ({
          kind: "ready",
          would: `${remedy} in ${region}`,
          touches: ["a"],
          undoable: true,
        }),
        execute: async () => ({ kind: "succeeded", summary: "done", data: null }),
        undo: async () => ({ kind: "succeeded", summary: "undone", data: null }),
      }),
    },
  },
  fleetTypes: {
    cloud: {
      settings: z.strictObject({}),
      create: () => ({ instances: async () => ({ kind: "known", instances: [{ id: "a", health: "healthy" }] }) }),
    },
  },
};

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-adapters-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("types of one's own", () => {
  it("are read from the configuration, made from their settings, asked and told", PATIENCE, async () => {
    const text = `version: 1
storage: ${folder}/data
sources:
  queue: { type: jobs, address: here, backfill: 1h }
  other: { type: bare }
services: { mail: {} }
slos:
  mail:
    service: mail
    target: 99%
    window: 30d
    sli: { kind: events, source: queue, query: { queue: mail } }
notifiers: { desk: { type: lamp, colour: red } }
`;
    const config = parseConfig([{ name: join(folder, "plimsoll.yaml"), text }], {
      ...registryWith([adapters]),
      readSecret: () => failure("no secrets"),
    });
    if (!config.ok) throw new Error(JSON.stringify(config.error));
    const { close, engine } = await openEngine(config.value, { adapters: [adapters] });
    expect(await engine.collect("mail")).toMatchObject({ kind: "read" });
    const [first] = asked;
    expect(first).toMatchObject({ sli: { selector: { query: { queue: "mail" } } } });
    expect((first?.toMs ?? 0) - (first?.fromMs ?? 0)).toBeGreaterThan(3_500_000);
    const message = {
      idempotencyKey: "k",
      threadKey: "k",
      urgency: "info",
      title: "t",
      text: "x",
      fields: [],
    } as const;
    await engine.announce("k", "desk", message);
    await engine.deliver();
    await close();
    expect(sent).toMatchObject([{ title: "t" }]);
    expect(made).toEqual([{ address: "here" }, { colour: "red", at: true }]);
  });

  it("are what runbooks work with, by the names that the configuration gives them", PATIENCE, async () => {
    mkdirSync(join(folder, "runbooks"));
    writeFileSync(
      join(folder, "runbooks", "restart.yaml"),
      `version: 1
runbook: restart
title: Restart it
owner: ops
level: 3
steps:
  - { id: restart, title: Restart, do: { remedy: { by: eu, remedy: restart, target: mail } } }
`,
    );
    const text = `version: 1
storage: data
services: { mail: {} }
runbooks: runbooks
remediators: { eu: { type: cloud, region: eu-1 } }
fleets: { eu: { type: cloud } }
`;
    const config = parseConfig([{ name: join(folder, "plimsoll.yaml"), text }], {
      ...registryWith([platform]),
      readSecret: () => failure("no secrets"),
    });
    if (!config.ok) throw new Error(JSON.stringify(config.error));
    const { close, engine } = await openEngine(config.value, { adapters: [platform] });
    const plan = await engine.runbooks.preview("restart");
    await close();
    expect(plan).toMatchObject({
      ok: true,
      value: { preparations: [{ preparation: { kind: "ready", would: "restart in eu-1" } }] },
    });
  });

  it("may not take the name of one that is there", () => {
    expect(() => registryWith([{ sourceTypes: { probe: adapters.sourceTypes?.["jobs"] as never } }])).toThrow(
      'There is a source type "probe" already; give the other one another name.',
    );
    expect(() => registryWith([adapters, adapters])).toThrow('There is a source type "jobs" already');
    expect(() => registryWith([platform, { remediatorTypes: platform.remediatorTypes ?? {} }])).toThrow(
      'There is a remediator type "cloud" already',
    );
    expect(() => registryWith([platform, { fleetTypes: platform.fleetTypes ?? {} }])).toThrow(
      'There is a fleet type "cloud" already',
    );
    expect(Object.keys(registryWith([]).sourceTypes)).toEqual(["prometheus", "scrape", "snapshot", "probe"]);
  });
});
