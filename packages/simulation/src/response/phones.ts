import type { Notification, NotificationOutcome, Notifier } from "@plimsoll/core";
import type { Trouble } from "./process.js";
import type { Random } from "./random.js";
import { PEOPLE } from "./response-settings.js";

/** What reached somebody; where it changed an earlier message, which. */
export type Sent = Notification & {
  readonly messageId: string;
  readonly editOf?: string;
  /** How often something had been interrupted by then. */
  readonly interruptions: number;
};

/** In so many worlds somebody's contacts refuse, and of theirs each does so with this probability. */
const REFUSING_WORLDS = 0.4;
const REFUSING = 0.5;
const AWAY = 0.1;

/** People's phones: away now and then, and in some worlds a contact refuses whatever comes, for good. The chat can change what it showed. */
export function createPhones(
  random: Random,
  trouble: Trouble,
): { readonly pager: Notifier; readonly chat: Notifier; readonly sent: readonly Sent[] } {
  const sent: Sent[] = [];
  const refusing = new Set<string>();
  if (random.chance(REFUSING_WORLDS)) {
    for (const contact of PEOPLE.flatMap((id) => [`pager/${id}`, `chat/${id}`])) {
      if (random.chance(REFUSING)) refusing.add(contact);
    }
    trouble.story.push(`refusing: ${[...refusing].join(", ")}`);
  }
  const take = (name: string, message: Notification, editOf?: string): NotificationOutcome => {
    if (refusing.has(`${name}/${message.address}`))
      return { kind: "failed", retryable: false, failure: "refused", reason: "there is no such number" };
    if (trouble.armed && random.chance(AWAY)) return { kind: "failed", retryable: true, reason: "the channel is away" };
    const messageId = editOf ?? `${name}-${sent.length + 1}`;
    const { interruptions } = trouble;
    sent.push({ ...message, messageId, interruptions, ...(editOf === undefined ? {} : { editOf }) });
    return { kind: "sent", messageId };
  };
  return {
    sent,
    pager: { send: async (message) => take("pager", message) },
    chat: {
      send: async (message) => take("chat", message),
      update: async (messageId, message) => take("chat", message, messageId),
    },
  };
}
