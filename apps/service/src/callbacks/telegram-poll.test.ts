import { createTelegramCallbacks, type TelegramCallbacks } from "@plimsoll/adapters-notifiers";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ActionDesk } from "./action-desk.js";
import { createEngineParts, type CallbackWorld } from "./callback-world.fixture.js";
import { createTelegramPoll, type TelegramPoll } from "./telegram-poll.js";
import { startTelegramServer, type BotCall, type TelegramServer } from "./telegram-server.fixture.js";

const TOKEN = "123456789:AAsecretsecretsecret";
let world: CallbackWorld;
let telegram: TelegramServer;
let polls: TelegramPoll[];
let pauses: number[];
let log: string[];

beforeEach(async () => {
  world = await createEngineParts();
  telegram = await startTelegramServer();
  polls = [];
  pauses = [];
  log = [];
});
afterEach(async () => {
  for (const poll of polls) await poll.stop();
  await telegram.close();
  await world.service.close();
});

const logTo = new Writable({
  write(chunk: Buffer, _encoding, done) {
    log.push(chunk.toString());
    done();
  },
});
const logged = () =>
  log.map((line) => {
    const { level, msg, reason } = JSON.parse(line) as { level: number; msg: string; reason?: string };
    return { level: { 30: "info", 40: "warn", 50: "error" }[level], msg, ...(reason === undefined ? {} : { reason }) };
  });

/** The poll of a process that starts now; only the pauses are not waited for. */
function start(options: { readonly desk?: ActionDesk; readonly callbacks?: TelegramCallbacks } = {}): TelegramPoll {
  const poll = createTelegramPoll({
    notifiers: ["bot"],
    callbacks: createTelegramCallbacks({ botToken: TOKEN, apiUrl: telegram.url }),
    desk: world.desk,
    logger: pino(logTo),
    nowMs: world.service.clock.nowMs,
    pause: async (ms) => {
      pauses.push(ms);
    },
    stopWithinMs: 0,
    ...options,
  });
  polls.push(poll);
  poll.start();
  return poll;
}

const acknowledge = () => `a:${world.token("acknowledge")}`;
const incident = () => world.service.engine.incidents()[0];
const of = (method: string, calls: readonly BotCall[] = telegram.calls) =>
  calls.filter((call) => call.method === method).map(({ parameters }) => parameters);
const answered = (count: number) => telegram.until((calls) => of("answerCallbackQuery", calls).length === count);
const asked = (count: number) => telegram.until((calls) => of("getUpdates", calls).length >= count);
const words = () => of("answerCallbackQuery").map(({ text }) => text);

describe("a button pressed in Telegram, asked for", () => {
  it("acknowledges in the name of the person whose id it is, tells them, and is confirmed", async () => {
    start();
    await asked(1);
    telegram.press(acknowledge());
    await asked(2);
    expect(of("answerCallbackQuery")).toEqual([{ callback_query_id: "q100", text: "INC-001: acknowledged by Ada." }]);
    expect(incident()).toMatchObject({ status: "acknowledged" });
    const view = await world.service.engine.incident("INC-001");
    expect(view?.timeline.find(({ kind }) => kind === "acknowledged")).toMatchObject({ actor: "ada" });
    expect(of("getUpdates")).toMatchObject([{ timeout: 25 }, { timeout: 25, offset: 101 }]);
    expect(pauses).toEqual([]);
  });

  it("does nothing for nobody known, and nothing without the signature", async () => {
    start();
    telegram.press(acknowledge(), 4712);
    telegram.press(`r:${world.token("acknowledge")}`);
    telegram.press("a:INC-001.zzzzzz.AAAAAAAAAAAAAAAAAAAAAA");
    await answered(3);
    expect(words()).toEqual([
      "Nobody here has the telegram id that pressed this; add it to a person's contacts.",
      "This button is none of Plimsoll's.",
      "This button is none of Plimsoll's.",
    ]);
    expect(incident()).toMatchObject({ status: "declared" });
  });

  it("is carried out in order, and not kept from it by an answer that does not arrive", async () => {
    telegram.refuse("answerCallbackQuery", { status: 400, body: { ok: false, description: "query is too old" } });
    telegram.press(acknowledge());
    telegram.press(`r:${world.token("resolve")}`);
    start();
    await asked(2);
    expect(incident()).toMatchObject({ status: "resolved" });
    expect(words()).toEqual(["INC-001: acknowledged by Ada.", "INC-001: resolved by Ada."]);
    expect(logged()).toContainEqual({
      level: "warn",
      msg: "whoever pressed was not told what came of it",
      reason: "Telegram answered with status 400: query is too old",
    });
  });
});

describe("over a restart", () => {
  it("hears what was pressed while nobody asked", async () => {
    const before = start();
    await asked(1);
    await before.stop();
    telegram.press(acknowledge());
    start();
    await answered(1);
    expect(incident()).toMatchObject({ status: "acknowledged" });
  });

  it("does nothing twice: what was not confirmed comes again, under the same cause", async () => {
    telegram.refuse("answerCallbackQuery", "hang");
    telegram.press(acknowledge());
    const before = start();
    await answered(1);
    await before.stop();
    expect(of("getUpdates")).toHaveLength(1);
    const version = incident()?.version;
    expect(incident()).toMatchObject({ status: "acknowledged" });
    telegram.refuse("answerCallbackQuery");
    start();
    await asked(3);
    expect(words()).toEqual(["INC-001: acknowledged by Ada.", "INC-001: acknowledged by Ada."]);
    expect(incident()?.version).toBe(version);
  });
});

describe("what goes wrong", () => {
  it("is said once, and asked again after pauses that double, until it is heard again", async () => {
    telegram.refuse("getUpdates", "drop");
    start();
    await asked(9);
    telegram.refuse("getUpdates");
    telegram.press(acknowledge());
    await answered(1);
    expect(incident()).toMatchObject({ status: "acknowledged" });
    expect(pauses.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(logged().slice(0, 2)).toEqual([
      {
        level: "warn",
        msg: "what people press in Telegram is not heard",
        reason: expect.stringContaining("Telegram: not reachable"),
      },
      { level: "info", msg: "what people press in Telegram is heard again" },
    ]);
    expect(log.join("")).not.toContain("AAsecret");
  });

  it("waits as long as Telegram asks for", async () => {
    telegram.refuse("getUpdates", { status: 429, body: { ok: false, parameters: { retry_after: 90 } } });
    start();
    await asked(2);
    expect(pauses[0]).toBe(90_000);
  });

  it("names a webhook or another program, once, and hears when that is gone", async () => {
    telegram.webhook = true;
    start();
    await asked(3);
    telegram.webhook = false;
    telegram.press(acknowledge());
    await answered(1);
    expect(logged().filter(({ level }) => level === "warn")).toEqual([
      {
        level: "warn",
        msg: "what people press in Telegram is not heard",
        reason:
          "Telegram answered with status 409: Conflict: can't use getUpdates method while webhook is active: take the webhook away by deleteWebhook, or stop the other program that asks for this bot's updates",
      },
    ]);
  });

  it("in the storage does not lose a press: it is tried again before it is confirmed", async () => {
    let failures = 2;
    const desk: ActionDesk = {
      carryOut: async (...given) => {
        if (failures-- > 0) throw new Error("the storage does not answer");
        return world.desk.carryOut(...given);
      },
    };
    telegram.press(acknowledge());
    start({ desk });
    await asked(2);
    expect(incident()).toMatchObject({ status: "acknowledged" });
    expect(pauses).toEqual([1_000, 2_000]);
    expect(logged().filter(({ level }) => level === "error")).toHaveLength(2);
  });

  it("for good is told to whoever pressed, and the next press is heard", async () => {
    const desk: ActionDesk = {
      carryOut: async (channel, action) => {
        if (action.kind === "escalate") throw new Error("never");
        return world.desk.carryOut(channel, action);
      },
    };
    telegram.press(`e:${world.token("escalate")}`);
    telegram.press(acknowledge());
    start({ desk });
    await answered(2);
    expect(words()).toEqual(["It failed; open the incident.", "INC-001: acknowledged by Ada."]);
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  it("in this program ends the asking with a word, and nothing else", async () => {
    let said: (() => void) | undefined;
    const told = new Promise<void>((resolve) => (said = resolve));
    const broken = createTelegramCallbacks({ botToken: TOKEN, apiUrl: telegram.url });
    const poll = start({
      callbacks: {
        ...broken,
        next: () => {
          setImmediate(() => said?.());
          return Promise.reject(new Error("a fault"));
        },
      },
    });
    await told;
    await poll.stop();
    expect(logged()).toEqual([{ level: "error", msg: "what people press in Telegram is no longer asked for" }]);
  });
});

describe("at the end", () => {
  it("the request that waits is ended at once", async () => {
    const poll = start();
    await asked(1);
    expect(telegram.waiting).toBe(1);
    await poll.stop();
    await telegram.until(() => telegram.waiting === 0);
    expect(telegram.calls).toHaveLength(1);
    expect(logged()).toEqual([]);
  });

  it("a press that could not be carried out is left to the next process", async () => {
    const desk: ActionDesk = { carryOut: () => Promise.reject(new Error("closed")) };
    telegram.press(acknowledge());
    let begun: (() => void) | undefined;
    const paused = new Promise<void>((resolve) => (begun = resolve));
    const poll = createTelegramPoll({
      notifiers: ["bot"],
      callbacks: createTelegramCallbacks({ botToken: TOKEN, apiUrl: telegram.url }),
      desk,
      logger: pino(logTo),
      nowMs: world.service.clock.nowMs,
      pause: (_ms, signal) =>
        new Promise((resolve) => {
          begun?.();
          signal.addEventListener("abort", () => resolve());
        }),
    });
    poll.start();
    await paused;
    await poll.stop();
    await poll.stop();
    expect(telegram.calls.map(({ method }) => method)).toEqual(["getUpdates"]);
    start();
    await answered(1);
    expect(incident()).toMatchObject({ status: "acknowledged" });
  });

  it("of one that never began there is nothing to wait for", async () => {
    const callbacks = createTelegramCallbacks({ botToken: TOKEN, apiUrl: telegram.url });
    const { nowMs } = world.service.clock;
    const poll = createTelegramPoll({ notifiers: [], callbacks, desk: world.desk, logger: pino(logTo), nowMs });
    await poll.stop();
    poll.start();
    await poll.stop();
    expect(telegram.calls).toEqual([]);
  });
});

it("does not ask without end where a server answers at once that there is nothing", async () => {
  telegram.refuse("getUpdates", { status: 200, body: { ok: true, result: [] } });
  start();
  await asked(3);
  expect(pauses.length).toBeGreaterThanOrEqual(2);
  for (const pause of pauses) expect(pause).toBeLessThanOrEqual(1_000);
});
