import type { Notification } from "../ports/notifier.js";
import type { WaitingDelivery } from "./delivery-owed.js";

/** More lines than this nobody reads on a phone, and few channels carry. */
const LONGEST_DIGEST_LINES = 40;
const LONGEST_LINE = 160;

/** A message that tells in one what several would have told. */
export type DeliveryDigest = {
  readonly id: string;
  readonly notifier: string;
  readonly notification: Notification;
  readonly collapses: readonly string[];
};

/**
 * Collapses deliveries to one contact, oldest first, into one message that names each. Its id follows from the first of
 * them, which can be collapsed once only. Nothing in it is a page.
 */
export function deliveryDigest(deliveries: readonly [WaitingDelivery, ...WaitingDelivery[]]): DeliveryDigest {
  const [first] = deliveries;
  const id = `digest/${first.id}`;
  const shown = deliveries.slice(0, LONGEST_DIGEST_LINES);
  const left = deliveries.length - shown.length;
  const { address, url } = first.notification;
  const tickets = deliveries.filter(({ notification }) => notification.urgency === "ticket").length;
  return {
    id,
    notifier: first.notifier,
    collapses: deliveries.map((delivery) => delivery.id),
    notification: {
      idempotencyKey: id,
      threadKey: id,
      urgency: tickets > 0 ? "ticket" : "info",
      title: `${deliveries.length} messages in one, as there were many: ${countText(tickets, "ticket")}, ${countText(deliveries.length - tickets, "note")}`,
      text: [...shown.map(lineOf), ...(left > 0 ? [`and ${left} more`] : [])].join("\n"),
      fields: [],
      ...(address === undefined ? {} : { address }),
      ...(url !== undefined && deliveries.every(({ notification }) => notification.url === url) ? { url } : {}),
    },
  };
}

function lineOf({ notification: { atMs, text, title } }: WaitingDelivery): string {
  const firstLine = text.split("\n", 1).join("");
  const line = [title, firstLine].filter((part) => part !== "").join(": ");
  const when = atMs === undefined ? "" : `${new Date(atMs).toISOString().slice(11, 16)} UTC `;
  return `${when}${line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line}`;
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
