import type { Notifier } from "../ports/notifier.js";
import type { DeliveryBook } from "./delivery-book.js";
import { deliveryOrder } from "./delivery-order.js";
import { contactOf, type WaitingDelivery } from "./delivery-owed.js";

/** How many messages one contact hears in an interval of at most an hour; pages count, and always go. */
export type DeliveryThrottle = { readonly messages: number; readonly perMs: number };

/** A message every three seconds is more than anybody reads, and what chat services allow a bot in one group. */
export const DEFAULT_THROTTLE: DeliveryThrottle = { messages: 20, perMs: 60_000 };

/** What to do for one contact now: tell these in this order, or first make one message of these. */
export type DeliveryPlan =
  | { readonly kind: "tell"; readonly deliveries: readonly WaitingDelivery[] }
  | { readonly kind: "collapse"; readonly deliveries: readonly [WaitingDelivery, ...WaitingDelivery[]] };

/** How one delivery is told: anew, as an edit of what the contact has, or not at all as later news has come before it. */
export type DeliveryMode =
  | { readonly kind: "send" }
  | { readonly kind: "edit"; readonly messageId: string; readonly text: string }
  | { readonly kind: "overtaken" };

type Capabilities = { readonly tracksStatus: boolean; readonly edits: boolean };

/** What a notifier can do, as far as a plan depends on it; one that is gone can do nothing. */
export function capabilitiesOf(notifier: Notifier | undefined): Capabilities {
  return { tracksStatus: notifier?.tracksStatus ?? false, edits: notifier?.update !== undefined };
}

/**
 * Plans what one contact is told now. Pages always go. What is no page waits behind an earlier page of its thread, and
 * for room in the throttle; when more is due than there is room for, it is collapsed into one digest. Edits make no
 * sound, and channels that track status have nobody to disturb: both go at once.
 */
export function planDeliveries(
  book: Pick<DeliveryBook, "contacts" | "owedTo">,
  asked: {
    readonly contact: string;
    readonly nowMs: number;
    readonly throttle: DeliveryThrottle;
    readonly capabilities: Capabilities;
  },
): DeliveryPlan {
  const { capabilities, contact, nowMs, throttle } = asked;
  const owed = book.owedTo(contact);
  const firstLatePage = new Map<string, number>();
  for (const { notBeforeMs, notification, order } of owed) {
    const { threadKey, urgency } = notification;
    if (urgency === "page" && notBeforeMs > nowMs)
      firstLatePage.set(threadKey, Math.min(order, firstLatePage.get(threadKey) ?? order));
  }
  const due = owed.filter(
    (one) =>
      one.notBeforeMs <= nowMs &&
      (isPage(one) || one.order < (firstLatePage.get(one.notification.threadKey) ?? Number.POSITIVE_INFINITY)),
  );
  const quiet = (one: WaitingDelivery): boolean =>
    capabilities.tracksStatus || deliveryMode(book, one, capabilities).kind === "edit";
  const loud = due.filter((one) => !isPage(one) && !quiet(one));
  const pages = due.filter(isPage).length;
  const room = throttle.messages - pages - book.contacts.heardSince(contact, nowMs - throttle.perMs);
  const inOrder = (deliveries: readonly WaitingDelivery[]): readonly WaitingDelivery[] =>
    deliveryOrder(deliveries, (service) => book.contacts.serviceToldMs(contact, service));
  if (loud.length <= room) return { kind: "tell", deliveries: inOrder(due) };
  const [first, second, ...others] = loud.filter(({ collapses }) => collapses === undefined);
  if (room > 0 && first !== undefined && second !== undefined)
    return { kind: "collapse", deliveries: [first, second, ...others] };
  const heldBack = new Set(inOrder(loud).slice(Math.max(0, room)));
  return { kind: "tell", deliveries: inOrder(due.filter((one) => !heldBack.has(one))) };
}

/** How a delivery is told, as the contact's thread stands now. */
export function deliveryMode(
  book: Pick<DeliveryBook, "contacts">,
  delivery: WaitingDelivery,
  { edits, tracksStatus }: Capabilities,
): DeliveryMode {
  const { notification, order } = delivery;
  const thread = book.contacts.thread(contactOf(delivery), notification.threadKey);
  // What must be heard is never an edit, which makes no sound.
  if (thread === undefined || isPage(delivery)) return { kind: "send" };
  if (order < thread.order) return tracksStatus ? { kind: "overtaken" } : { kind: "send" };
  if (!edits || thread.messageId === undefined || notification.urgency !== "info") return { kind: "send" };
  return {
    kind: "edit",
    messageId: thread.messageId,
    text: [thread.text, ...thread.added, notification.text].join("\n"),
  };
}

function isPage({ notification }: WaitingDelivery): boolean {
  return notification.urgency === "page";
}
