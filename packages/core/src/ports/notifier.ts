import type { Severity } from "../incident/severity.js";

/** What a reader may do from within the channel. */
export type NotificationAction = {
  readonly kind: "acknowledge" | "escalate" | "resolve";
  /**
   * Proves what may be done, to what and until when; made and checked by the caller, opaque to the channel. 1 to 60
   * characters of `A-Z a-z 0-9 . _ ~ -`, as that is what the smallest channel carries (Telegram: 64 bytes with our own
   * mark). An action whose token is anything else is left out of the message.
   */
  readonly token: string;
  /** A page that asks before it does it, for channels that have links and no buttons. */
  readonly url?: string;
};

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
  /** Whom it is for at this channel: an e-mail address, a chat's or a user's id. Absent: whom the notifier was made for. */
  readonly address?: string;
  /** How what it tells of stands with this message; absent for what has no course, such as a report. */
  readonly status?: "firing" | "acknowledged" | "resolved";
  readonly severity?: Severity;
  /** Id of the service that it tells of. */
  readonly service?: string;
  /** When it happened, in epoch milliseconds; it may be told later. */
  readonly atMs?: number;
  readonly actions?: readonly NotificationAction[];
};

/**
 * Why a message was not taken, as far as another attempt is concerned: too many at once (429), the provider failed (5xx),
 * no answer came (network, timeout), what answered is not the provider's own word, so that it is in doubt whether the message
 * was taken (a page to sign in with 200), or it does not want this message (other 4xx).
 */
export type NotificationFailure = "rate-limited" | "unavailable" | "unreachable" | "doubtful" | "refused";

/** What became of a message. `reason` never holds a token or an URL with one. */
export type NotificationOutcome =
  | { readonly kind: "sent"; readonly messageId?: string }
  | {
      readonly kind: "failed";
      readonly retryable: boolean;
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly failure?: NotificationFailure;
    };

/**
 * Tells people. Never throws for what the network or the provider does; says whether trying again is worth it
 * (429, 5xx, timeouts and network errors are; other 4xx but 408 and 425 are not).
 */
export interface Notifier {
  /**
   * Whether the channel keeps one entry per thread and follows its `status`, as an incident manager or another program
   * does: it is told every turn of a thread in order, nothing collapsed. Absent: its readers are people.
   */
  readonly tracksStatus?: boolean;
  send(notification: Notification): Promise<NotificationOutcome>;
  /** Edits the message sent earlier where the channel can; absent means: the caller sends a new one. */
  update?(messageId: string, notification: Notification): Promise<NotificationOutcome>;
}
