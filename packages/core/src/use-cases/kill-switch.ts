import { z } from "zod";
import { failure, success, type Result } from "../errors/result.js";
import type { EventStore } from "../ports/event-store.js";
import type { KillSwitchState } from "../runbook/automatic-run.js";
import type { Journal } from "./journal.js";
import type { Author, Refusal } from "./refusal.js";

/** Stops whatever the engine would do of its own accord, at once and in every process; durable like all that is decided. */
export type KillSwitch = {
  /** As it is stored now. Unreadable is as good as engaged. */
  read(): Promise<KillSwitchState>;
  engage(asked: SwitchCommand): Promise<Result<KillSwitchState, Refusal>>;
  release(asked: SwitchCommand): Promise<Result<KillSwitchState, Refusal>>;
};

/** Who turns the switch, and why. */
export type SwitchCommand = Author & { readonly reason: string };

const STREAM = "kill-switch/automation";

const turned = z.object({
  type: z.enum(["kill-switch.engaged", "kill-switch.released"]),
  atMs: z.number(),
  actor: z.string(),
  data: z.object({ reason: z.string() }),
});

export function createKillSwitch(options: {
  /** Asked each time: another process may have turned it. */
  readonly events: Pick<EventStore, "read">;
  readonly journal: Pick<Journal, "commit">;
  readonly nowMs: () => number;
  readonly relay: () => Promise<unknown>;
}): KillSwitch {
  const read = async (): Promise<KillSwitchState> => {
    // What storage says of its trouble may hold what nobody should read.
    const stored = await options.events.read(STREAM).catch(() => undefined);
    if (stored === undefined) return { kind: "unreadable", reason: "storage does not answer" };
    const last = stored.at(-1);
    if (last === undefined) return { kind: "released" };
    const event = turned.safeParse(last);
    if (!event.success) return { kind: "unreadable", reason: "what is stored of it makes no sense" };
    const { actor: by, atMs, data, type } = event.data;
    return type === "kill-switch.engaged" ? { kind: "engaged", by, atMs, reason: data.reason } : { kind: "released" };
  };
  const turn = async (
    type: "kill-switch.engaged" | "kill-switch.released",
    { actor, reason }: SwitchCommand,
  ): Promise<Result<KillSwitchState, Refusal>> => {
    if (actor.trim() === "" || reason.trim() === "") {
      return failure({ code: "no-reason", message: "who turns the kill switch needs a name and a reason" });
    }
    const data = { reason };
    await options.journal.commit(() => [{ stream: STREAM, entries: [{ type, atMs: options.nowMs(), actor, data }] }]);
    await options.relay();
    return success(await read());
  };
  return {
    read,
    engage: (asked) => turn("kill-switch.engaged", asked),
    release: (asked) => turn("kill-switch.released", asked),
  };
}
