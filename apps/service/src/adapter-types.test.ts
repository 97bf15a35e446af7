import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@plimsoll/config";
import { failure, type Notification, type SliRequest } from "@plimsoll/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { registryWith, type AdapterTypes } from "./adapter-types.js";
import { openEngine } from "./composition.js";

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

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-adapters-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("types of one's own", () => {
  it("are read from the configuration, made from their settings, asked and told", async () => {
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

  it("may not take the name of one that is there", () => {
    expect(() => registryWith([{ sourceTypes: { probe: adapters.sourceTypes?.["jobs"] as never } }])).toThrow(
      'There is a source type "probe" already; give the other one another name.',
    );
    expect(() => registryWith([adapters, adapters])).toThrow('There is a source type "jobs" already');
    expect(Object.keys(registryWith([]).sourceTypes)).toEqual(["prometheus", "scrape", "snapshot", "probe"]);
  });
});
