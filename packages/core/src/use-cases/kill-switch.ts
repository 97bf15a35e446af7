import { z } from "zod";
import { failure, success, type Result } from "../errors/result.js";
import { versionMismatch, type SeenVersion, type VersionMismatch } from "../errors/version-mismatch.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { KillSwitchState } from "../runbook/automatic-run.js";
import type { Journal } from "./journal.js";
import type { Author, Refusal } from "./refusal.js";

/** How the switch stands, at a version that is absent where storage does not answer. */
export type StoredKillSwitch = KillSwitchState & { readonly version?: number };

/** Stops whatever the engine would do of its own accord, at once and in every process; durable like all that is decided. */
export type KillSwitch = {
  /** As it is stored now. Unreadable is as good as engaged. */
  read(): Promise<StoredKillSwitch>;
  /** At any version: a stop is never refused for what somebody else did meanwhile. */
  engage(asked: SwitchCommand): Promise<Result<StoredKillSwitch, Refusal>>;
  release(asked: SwitchCommand & SeenVersion): Promise<Result<StoredKillSwitch, Refusal | VersionMismatch>>;
  /** For what it was turned; rejects where storage does not answer. */
  causes(): Promise<readonly string[]>;
};

/** Who turns the switch, and why. The same cause again does nothing, however the switch stands by then. */
export type SwitchCommand = Author & { readonly reason: string; readonly causeId?: string };

const STREAM = "kill-switch/automation";

const turned = z.object({
  type: z.enum(["kill-switch.engaged", "kill-switch.released"]),
  atMs: z.number(),
  actor: z.string(),
  data: z.object({ reason: z.string() }),
});

const caused = z.object({ causeId: z.string() });

export function createKillSwitch(options: {
  /** Asked each time: another process may have turned it. */
  readonly events: Pick<EventStore, "read">;
  readonly journal: Pick<Journal, "commit">;
  readonly nowMs: () => number;
  readonly relay: () => Promise<unknown>;
}): KillSwitch {
  const read = async (): Promise<StoredKillSwitch> => {
    // What storage says of its trouble may hold what nobody should read.
    const stored = await options.events.read(STREAM).catch(() => undefined);
    if (stored === undefined) return { kind: "unreadable", reason: "storage does not answer" };
    const last = stored.at(-1);
    return { ...stateAfter(last), version: last?.version ?? 0 };
  };
  const turn = async (
    type: "kill-switch.engaged" | "kill-switch.released",
    { actor, causeId, expectedVersion, reason }: SwitchCommand & SeenVersion,
  ): Promise<Result<StoredKillSwitch, Refusal | VersionMismatch>> => {
    if (actor.trim() === "" || reason.trim() === "") {
      return failure({ code: "no-reason", message: "who turns the kill switch needs a name and a reason" });
    }
    let other: VersionMismatch | undefined;
    await options.journal.commit(async () => {
      const isAsked = causeId !== undefined || expectedVersion !== undefined;
      const stored = isAsked ? await options.events.read(STREAM) : [];
      if (causeId !== undefined && causesIn(stored).includes(causeId)) return [];
      const present = stored.at(-1);
      other = versionMismatch("The kill switch", present?.version ?? 0, expectedVersion);
      if (other !== undefined) return [];
      return [
        {
          stream: STREAM,
          entries: [
            { type, atMs: options.nowMs(), actor, data: { reason, ...(causeId === undefined ? {} : { causeId }) } },
          ],
        },
      ];
    });
    if (other !== undefined) return failure(other);
    await options.relay();
    return success(await read());
  };
  return {
    read,
    engage: ({ actor, causeId, reason }) =>
      turn("kill-switch.engaged", { actor, reason, ...(causeId === undefined ? {} : { causeId }) }),
    release: (asked) => turn("kill-switch.released", asked),
    causes: async () => causesIn(await options.events.read(STREAM)),
  };
}

function causesIn(stored: readonly StoredEvent[]): readonly string[] {
  return stored.flatMap(({ data }) => caused.safeParse(data).data?.causeId ?? []);
}

function stateAfter(last: StoredEvent | undefined): KillSwitchState {
  if (last === undefined) return { kind: "released" };
  const event = turned.safeParse(last);
  if (!event.success) return { kind: "unreadable", reason: "what is stored of it makes no sense" };
  const { actor: by, atMs, data, type } = event.data;
  return type === "kill-switch.engaged" ? { kind: "engaged", by, atMs, reason: data.reason } : { kind: "released" };
}
