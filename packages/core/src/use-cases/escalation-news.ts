import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import type { PlannedSend } from "../on-call/escalation/notification-rules.js";
import type { Notification } from "../ports/notifier.js";
import { contactKey, escaped, isCalling, pageId, type OwedPage, type PageSubject } from "./escalation-page.js";

/** An event that those who were called want to hear of, as it is the end of what they were called for, or undoes that. */
export type NewsEvent = Extract<
  EscalationEvent,
  { readonly type: "escalation.acknowledged" | "escalation.unacknowledged" | "escalation.ended" }
>;

/** What news depends on beside the escalation's events. */
export type NewsScene = {
  readonly subject: PageSubject | undefined;
  /** The version that the news are in the escalation's stream: their key. */
  readonly version: number;
  /** Whether a message that was put off has been asked for. */
  readonly wasRequested: (id: string) => boolean;
  /** Whether whom a notifier was made for hears of the incident's course in any case. */
  readonly followsCourse: (notifier: string) => boolean;
};

export function isNews(event: EscalationEvent): event is NewsEvent {
  return (
    event.type === "escalation.acknowledged" ||
    event.type === "escalation.unacknowledged" ||
    event.type === "escalation.ended"
  );
}

/**
 * The messages that news owe: one for each contact that was told of the incident in this round, in the thread that it was
 * told in. `course` are the escalation's events up to the news, which are the last of them.
 */
export function owedNews(
  incidentId: string,
  course: readonly EscalationEvent[],
  event: NewsEvent,
  scene: NewsScene,
): readonly OwedPage[] {
  const words = { ...newsWords(incidentId, event, scene.subject), threadKey: incidentId };
  return toldContacts(incidentId, course, event.atMs, scene).map(({ address, notifier }) => {
    const id = `news/${escaped(incidentId)}/${scene.version}/${escaped(contactKey({ address, notifier }))}`;
    const to = address === undefined ? {} : { address };
    return { id, notifier, afterMs: 0, notification: { ...words, ...to, idempotencyKey: id } };
  });
}

type Contact = Pick<PlannedSend, "notifier"> & { readonly address: string | undefined };

function toldContacts(
  incidentId: string,
  course: readonly EscalationEvent[],
  atMs: number,
  { followsCourse, wasRequested }: NewsScene,
): readonly Contact[] {
  const round = course.slice(course.findLastIndex(({ type }) => type === "escalation.started"));
  const told = round.filter(isCalling).flatMap((call) =>
    call.data.people.flatMap(({ personId, sends }) =>
      sends.filter((send) => {
        if (send.address === undefined && followsCourse(send.notifier)) return false;
        if (send.afterMs === 0) return true;
        const id = pageId(incidentId, call.data.page, { personId, send });
        return call.atMs + send.afterMs <= atMs && wasRequested(id);
      }),
    ),
  );
  return [
    ...new Map(
      told.map(({ address, notifier }) => [contactKey({ address, notifier }), { address, notifier }]),
    ).values(),
  ];
}

type Words = Omit<Notification, "idempotencyKey" | "threadKey" | "address" | "actions">;

function newsWords(incidentId: string, event: NewsEvent, subject: PageSubject | undefined): Words {
  const { atMs } = event;
  const news = { ...whatHappened(event), urgency: "info", atMs } as const;
  if (subject === undefined) return { ...news, title: incidentId, fields: [] };
  const { fields = [], service, severity, title, url } = subject;
  const link = url === undefined ? {} : { url };
  return { ...news, title: `${incidentId} ${severity}: ${title}`, fields, severity, service, ...link };
}

function whatHappened(event: NewsEvent): Pick<Words, "text"> & { readonly status: NonNullable<Words["status"]> } {
  switch (event.type) {
    case "escalation.acknowledged":
      return { text: `Acknowledged by ${event.actor}.`, status: "acknowledged" };
    case "escalation.unacknowledged":
      return { text: `Nobody answers for it any more: ${event.data.reason}.`, status: "firing" };
    case "escalation.ended":
      return { text: `The incident was ${event.data.reason}; nobody waits for you.`, status: "resolved" };
  }
}
