import type { ChannelAction } from "@plimsoll/adapters-notifiers";
import { describe, expect, it } from "vitest";
import type { ActionOutcome } from "../../callbacks/action-desk.js";
import { carryOutOnce } from "./carry-out-once.js";

const DONE: ActionOutcome = { done: true, code: "acknowledge", message: "INC-001: acknowledged by Ada." };
const COPY: ActionOutcome = { done: false, code: "replayed", message: "This was asked for already." };

const pressed = (callbackId: string): ChannelAction => ({
  kind: "acknowledge",
  subject: { by: "token", token: "t" },
  actor: { id: "4711", name: "ada" },
  callbackId,
  replayableUntilMs: 1_000,
});

/** A desk whose presses end when the test says so. */
function waitingDesk(nowMs: () => number = () => 0) {
  const ends: { readonly done: () => void; readonly fail: () => void }[] = [];
  const carryOut = carryOutOnce(
    {
      carryOut: () =>
        new Promise<ActionOutcome>((resolve, reject) => {
          ends.push({ done: () => resolve(DONE), fail: () => reject(new Error("storage is away")) });
        }),
    },
    nowMs,
  );
  return { press: (id = "1") => carryOut("slack", pressed(id)), ends };
}

describe("two copies of a callback at the same time", () => {
  it("are carried out once, and the second is answered only after the first was", async () => {
    const { ends, press } = waitingDesk();
    const answered: string[] = [];
    const first = press();
    const second = press().then((outcome) => (answered.push(outcome.code), outcome));
    await Promise.resolve();
    expect([ends.length, answered]).toEqual([1, []]);
    ends[0]?.done();
    expect(await Promise.all([first, second])).toEqual([DONE, COPY]);
    expect(await press()).toEqual(COPY);
    expect(ends).toHaveLength(1);
  });

  it("both fail when the first does, and the next one is carried out", async () => {
    const { ends, press } = waitingDesk();
    const both = Promise.allSettled([press(), press()]);
    ends[0]?.fail();
    expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const again = press();
    ends[1]?.done();
    expect(await again).toEqual(DONE);
    expect(await press()).toEqual(COPY);
  });

  it("hold nothing up that is not the same", async () => {
    const { ends, press } = waitingDesk();
    const first = press("1");
    const other = press("2");
    ends[1]?.done();
    expect(await other).toEqual(DONE);
    ends[0]?.done();
    expect(await first).toEqual(DONE);
  });
});
