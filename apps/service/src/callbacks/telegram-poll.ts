import { createReplayGuard, type ChannelAction, type TelegramCallbacks } from "@plimsoll/adapters-notifiers";
import type { Logger } from "pino";
import { pause as pauseFor } from "../pause.js";
import { atMost } from "../sources/with-deadline.js";
import type { ActionDesk, ActionOutcome } from "./action-desk.js";

/** Hears what people press in Telegram by asking for it, for the life of the process. */
export type TelegramPoll = {
  start(): void;
  /** Ends the request that waits, and waits for what is being carried out, though not for ever. Idempotent. */
  stop(): Promise<void>;
};

/** What a poll is made with. */
export type TelegramPollOptions = {
  /** The notifiers of the bot, for the log. */
  readonly notifiers: readonly string[];
  readonly callbacks: TelegramCallbacks;
  readonly desk: ActionDesk;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  readonly nowMs: () => number;
  /** Waits, or less when the signal fires. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How long a stop waits for what is under way. */
  readonly stopWithinMs?: number;
};

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** With the pauses between them, about half a minute of storage that does not answer. */
const MOST_TRIES = 6;
const STOP_WITHIN_MS = 3_000;

/**
 * Makes the poll of one bot, not yet running. A press is confirmed to Telegram only after it was carried out: one that a
 * crash cuts off comes again, under the same cause, which does nothing twice.
 */
export function createTelegramPoll(options: TelegramPollOptions): TelegramPoll {
  const { callbacks, logger, notifiers, nowMs, pause = pauseFor } = options;
  const asking = new AbortController();
  const telling = new AbortController();
  const handle = createHandler(options, { asking: asking.signal, telling: telling.signal });
  let running: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  const listen = async (): Promise<void> => {
    let told: string | undefined;
    for (let failures = 0; !asking.signal.aborted;) {
      const askedAtMs = performance.now();
      const polled = await callbacks.next(nowMs(), asking.signal);
      // What came too late is not confirmed, and comes again.
      if (asking.signal.aborted) return;
      if (polled.ok) {
        if (told !== undefined) logger.info({ notifiers }, "what people press in Telegram is heard again");
        told = undefined;
        failures = 0;
        await handle(polled.value);
        if (polled.value.length > 0) continue;
        // Telegram holds a request until there is news; a server that answers at once must not be asked without end.
        await pause(Math.max(0, FIRST_PAUSE_MS - (performance.now() - askedAtMs)), asking.signal);
      } else {
        const { reason, retryAfterMs = 0 } = polled.error;
        if (reason !== told) logger.warn({ notifiers, reason }, "what people press in Telegram is not heard");
        told = reason;
        await pause(Math.max(retryAfterMs, pauseAfter(failures)), asking.signal);
        failures += 1;
      }
    }
  };
  return {
    start() {
      // A fault of this program's own must not take the service along, which pages people.
      running ??= listen().catch((error: unknown) =>
        logger.error({ err: error, notifiers }, "what people press in Telegram is no longer asked for"),
      );
    },
    stop: () =>
      (stopping ??= (async () => {
        asking.abort();
        await atMost(running ?? Promise.resolve(), options.stopWithinMs ?? STOP_WITHIN_MS);
        telling.abort();
      })()),
  };
}

/** Makes what carries out the presses of one answer, in their order, and tells whoever pressed. */
function createHandler(
  { callbacks, desk, logger, nowMs, pause = pauseFor }: TelegramPollOptions,
  { asking, telling }: { readonly asking: AbortSignal; readonly telling: AbortSignal },
): (actions: readonly ChannelAction[]) => Promise<void> {
  const replays = createReplayGuard();

  const carryOut = async (action: ChannelAction): Promise<ActionOutcome | undefined> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await desk.carryOut("telegram", action);
      } catch (error) {
        if (asking.aborted) return undefined;
        logger.error({ err: error, kind: action.kind, tries }, "what somebody pressed could not be carried out");
      }
      if (tries === MOST_TRIES) return { done: false, code: "failed", message: "It failed; open the incident." };
      await pause(pauseAfter(tries - 1), asking);
      if (asking.aborted) return undefined;
    }
  };
  const tell = async (action: ChannelAction, { message }: ActionOutcome): Promise<void> => {
    const told = await callbacks.answer(action, message, telling);
    if (told.kind === "failed") logger.warn({ reason: told.reason }, "whoever pressed was not told what came of it");
  };
  return async (actions) => {
    const told: Promise<void>[] = [];
    for (const action of actions) {
      if (asking.aborted) break;
      const outcome = replays.admit(action, nowMs()) ? await carryOut(action) : COPY;
      if (outcome === undefined) break;
      const { code, done } = outcome;
      logger.info({ channel: "telegram", kind: action.kind, code, done }, "a callback");
      told.push(tell(action, outcome));
    }
    await Promise.all(told);
  };
}

const COPY: ActionOutcome = { done: false, code: "replayed", message: "This was asked for already." };

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
}
