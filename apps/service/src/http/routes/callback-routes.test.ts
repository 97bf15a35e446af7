import { afterEach, describe, expect, it } from "vitest";
import type { ActionOutcome } from "../../callbacks/action-desk.js";
import { startMemoryService, type MemoryService } from "../../testing/memory-service.js";

const SECRET = "telegram-secret-token-0";
const DONE: ActionOutcome = { done: true, code: "acknowledge", message: "INC-001: acknowledged by Ada." };
const COPY = "This was asked for already.";

let service: MemoryService;
afterEach(() => service.close());

/** A service whose desk carries out what the test says, in turn; further presses fail the test. */
async function open(...turns: readonly (() => Promise<ActionOutcome>)[]) {
  const carried: string[] = [];
  service = await startMemoryService({
    callbacks: {
      secrets: { telegram: SECRET },
      desk: {
        carryOut: (_channel, { callbackId }) => {
          const turn = turns[carried.length];
          carried.push(callbackId);
          if (turn === undefined) throw new Error("nobody expected another press");
          return turn();
        },
      },
    },
  });
  const press = async (id = "77") => {
    const answer = await service.ask("/callbacks/telegram", {
      method: "POST",
      headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET },
      body: JSON.stringify({
        update_id: 1,
        callback_query: { id, from: { id: 4711 }, data: "a:INC-001.aaaaaa.AAAAAAAAAAAAAAAAAAAAAA" },
      }),
    });
    return [answer.status, (answer.json() as { readonly text?: string }).text];
  };
  const described = async () => (await service.ask("/api/v1/openapi.json")).json();
  return { press, carried, described };
}

const fails = () => Promise.reject(new Error("storage is away"));
const succeeds = () => Promise.resolve(DONE);

describe("a button that somebody pressed", () => {
  it("comes to a path that the service's own description lists, and that asks for no token", async () => {
    const { described } = await open(succeeds);
    expect(await described()).toMatchObject({
      paths: { "/callbacks/telegram": { post: { security: [], tags: ["callbacks"] } } },
    });
  });

  it("is carried out when the channel sends it again after it could not be", async () => {
    const { carried, press } = await open(fails, fails, succeeds);
    expect(await press()).toEqual([500, undefined]);
    expect(await press()).toEqual([500, undefined]);
    expect(await press()).toEqual([200, DONE.message]);
    expect(await press()).toEqual([200, COPY]);
    expect(carried).toEqual(["telegram:77", "telegram:77", "telegram:77"]);
  });

  it("is one of its own beside another that failed", async () => {
    const { press } = await open(fails, succeeds, succeeds);
    expect(await press("1")).toEqual([500, undefined]);
    expect(await press("2")).toEqual([200, DONE.message]);
    expect(await press("2")).toEqual([200, COPY]);
    expect(await press("1")).toEqual([200, DONE.message]);
  });
});
