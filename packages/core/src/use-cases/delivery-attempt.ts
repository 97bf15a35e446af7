import type { Notification, NotificationAction, NotificationOutcome, Notifier } from "../ports/notifier.js";
import type { WaitingDelivery } from "./delivery-owed.js";
import type { DeliveryMode } from "./delivery-plan.js";

/** Resolves after so many milliseconds; core has no timer of its own. */
export type Pause = (ms: number) => Promise<void>;

/** Makes the actions of one message when it is about to go, so that their tokens are stored nowhere and are fresh. */
export type MakeActions = (
  delivery: Pick<WaitingDelivery, "id" | "notifier" | "notification">,
) => readonly NotificationAction[] | Promise<readonly NotificationAction[]>;

/** What an attempt needs beside the delivery. */
export type AttemptOptions = {
  readonly pause?: Pause;
  readonly deadlineMs: number;
  readonly actions?: MakeActions;
};

/** What came of an attempt; `edited` when an earlier message was changed. */
export type AttemptOutcome = { readonly outcome: NotificationOutcome; readonly edited: boolean };

/**
 * Tries one delivery once, within a deadline. An edit that the channel refuses for good, such as of a message that
 * somebody deleted, is sent anew. What a notifier throws is not repeated, as it may hold a secret.
 */
export async function attemptDelivery(
  notifier: Notifier | undefined,
  delivery: WaitingDelivery,
  options: AttemptOptions & { readonly mode: Exclude<DeliveryMode, { readonly kind: "overtaken" }> },
): Promise<AttemptOutcome> {
  const { mode } = options;
  const anew = async (): Promise<AttemptOutcome> => ({
    outcome: await guarded(delivery, options, (message) => notifier?.send(message)),
    edited: false,
  });
  if (mode.kind === "send") return anew();
  const outcome = await guarded(delivery, options, (message) =>
    notifier?.update?.(mode.messageId, { ...message, text: mode.text }),
  );
  return outcome.kind === "failed" && !outcome.retryable ? anew() : { outcome, edited: true };
}

async function guarded(
  delivery: WaitingDelivery,
  { actions, deadlineMs, pause }: AttemptOptions,
  tell: (message: Notification) => Promise<NotificationOutcome> | undefined,
): Promise<NotificationOutcome> {
  const { notification, notifier: name } = delivery;
  const gone = { kind: "failed", retryable: false, reason: `there is no notifier named ${name} any more` } as const;
  const work = async (): Promise<NotificationOutcome> => {
    const made = await madeActions(delivery, actions);
    return (await tell(made.length === 0 ? notification : { ...notification, actions: made })) ?? gone;
  };
  const late = async (): Promise<NotificationOutcome> => {
    await pause?.(deadlineMs);
    const reason = `the notifier ${name} did not answer within ${deadlineMs} ms`;
    return { kind: "failed", retryable: true, failure: "unreachable", reason };
  };
  try {
    return await (pause === undefined ? work() : Promise.race([work(), late()]));
  } catch {
    return { kind: "failed", retryable: true, reason: `the notifier ${name} threw an error` };
  }
}

/** A message without its buttons is better than none. */
async function madeActions(
  delivery: WaitingDelivery,
  make: MakeActions | undefined,
): Promise<readonly NotificationAction[]> {
  try {
    return (await make?.(delivery)) ?? [];
  } catch {
    return [];
  }
}
