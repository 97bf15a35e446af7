import { createReplayGuard } from "@plimsoll/adapters-notifiers";
import type { ActionDesk, ActionOutcome } from "../../callbacks/action-desk.js";

/** Channels send again what is not answered with 200, so a copy of what was carried out is answered so, and does nothing. */
const COPY: ActionOutcome = { done: false, code: "replayed", message: "This was asked for already." };

/**
 * Carries out each callback once. One that failed may come again: its cause does nothing twice. A copy that comes meanwhile
 * waits, as it must not be answered for something that may yet fail.
 */
export function carryOutOnce(desk: ActionDesk, nowMs: () => number): ActionDesk["carryOut"] {
  const replays = createReplayGuard();
  const underWay = new Map<string, Promise<ActionOutcome>>();
  /** Until when a copy of what failed can pass the channel's own check. */
  const failed = new Map<string, number>();

  return async (channel, action) => {
    const { callbackId, replayableUntilMs } = action;
    const first = underWay.get(callbackId);
    if (first !== undefined) {
      await first;
      return COPY;
    }
    if (!replays.admit(action, nowMs()) && !failed.delete(callbackId)) return COPY;
    const carried = desk.carryOut(channel, action);
    underWay.set(callbackId, carried);
    try {
      return await carried;
    } catch (error) {
      for (const [id, untilMs] of failed) if (untilMs < nowMs()) failed.delete(id);
      failed.set(callbackId, replayableUntilMs);
      throw error;
    } finally {
      underWay.delete(callbackId);
    }
  };
}
