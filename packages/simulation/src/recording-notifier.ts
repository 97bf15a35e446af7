import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";

/** A notifier that keeps what it was handed, oldest first. */
export type RecordingNotifier = Notifier & { readonly got: readonly Notification[] };

/** Makes one; it answers by a function of how many it was handed, else that everything was sent. */
export function recordingNotifier(
  answer: (count: number) => NotificationOutcome | Promise<NotificationOutcome> = () => ({ kind: "sent" }),
): RecordingNotifier {
  const got: Notification[] = [];
  return { got, send: async (message) => answer(got.push(message)) };
}
