/** One message to one channel. */
export type Notification = {
  /** The same for every attempt to say the same thing; sent along where the provider can use it. */
  readonly idempotencyKey: string;
  /** Groups the messages of one incident or report, so that `update` and threads can find the earlier one. */
  readonly threadKey: string;
  readonly urgency: "page" | "ticket" | "info";
  readonly title: string;
  /** Plain text, several lines at most; the adapter escapes for its channel. */
  readonly text: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** A page for a person to open. */
  readonly url?: string;
};

/** What became of a message. `reason` never holds a token or an URL with one. */
export type NotificationOutcome =
  | { readonly kind: "sent"; readonly messageId?: string }
  | { readonly kind: "failed"; readonly retryable: boolean; readonly reason: string; readonly retryAfterMs?: number };

/**
 * Tells people. Never throws for what the network or the provider does; says whether trying again is worth it
 * (429, 5xx, timeouts and network errors are; other 4xx are not).
 */
export interface Notifier {
  send(notification: Notification): Promise<NotificationOutcome>;
  /** Edits the message sent earlier where the channel can; absent means: the caller sends a new one. */
  update?(messageId: string, notification: Notification): Promise<NotificationOutcome>;
}
