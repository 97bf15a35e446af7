import type { DeliveryBody } from "../api/on-call-resources.js";

/** What is said on every page of messages that were given up; undefined where there are none. */
export function undeliveredWords(
  deliveries: readonly DeliveryBody[],
): { readonly words: string; readonly loud: boolean } | undefined {
  const pages = deliveries.filter(({ urgency }) => urgency === "page").length;
  const others = deliveries.length - pages;
  const counted = [
    ...(pages === 0 ? [] : [pages === 1 ? "1 page" : `${pages} pages`]),
    ...(others === 0 ? [] : [others === 1 ? "1 message" : `${others} messages`]),
  ];
  if (counted.length === 0) return undefined;
  const verb = deliveries.length === 1 ? "was" : "were";
  return { words: `${counted.join(" and ")} ${verb} not delivered.`, loud: pages > 0 };
}

/** Whom a message was for: the person, or the channel that it goes to. */
export function whomWords({ notifier, person }: Pick<DeliveryBody, "notifier" | "person">): string {
  return person === undefined ? `whoever reads ${notifier}` : `${person} by ${notifier}`;
}
