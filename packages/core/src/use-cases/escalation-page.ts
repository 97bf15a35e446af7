import type { Severity } from "../incident/severity.js";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import { urgencyOf, type PlannedSend, type Urgency } from "../on-call/escalation/notification-rules.js";
import type { AskedFor, EscalationState } from "../on-call/escalation/escalation.js";
import type { Notification } from "../ports/notifier.js";
import { RETRY_SUFFIX } from "./delivery-event.js";

/** What a page tells of an incident. */
export type PageSubject = {
  readonly title: string;
  readonly text: string;
  readonly service: string;
  readonly severity: Severity;
  readonly fields?: Notification["fields"];
  readonly url?: string;
};

/** An event that calls people. */
export type CallingEvent = Extract<
  EscalationEvent,
  {
    readonly type:
      | "escalation.step-fired"
      | "escalation.fallback-paged"
      | "escalation.reminded"
      | "escalation.stakeholders-told"
      | "escalation.stakeholders-updated";
  }
>;

/** One message that an escalation owes: asking for it again under the same id changes nothing. */
export type OwedPage = {
  readonly id: string;
  readonly notifier: string;
  readonly afterMs: number;
  readonly notification: Notification;
};

export function isCalling(event: EscalationEvent): event is CallingEvent {
  return "people" in event.data;
}

/** The messages that a call owes, one for each person and contact. */
export function owedPages(
  incidentId: string,
  event: CallingEvent,
  subject: PageSubject | undefined,
): readonly OwedPage[] {
  return event.data.people.flatMap(({ personId, sends }) =>
    sends.map((send) => owedPage(incidentId, event, subject, { personId, send })),
  );
}

/** The message that a call owes to one person on one contact. */
export function owedPage(
  incidentId: string,
  event: CallingEvent,
  subject: PageSubject | undefined,
  { personId, send }: { readonly personId: string; readonly send: PlannedSend },
): OwedPage {
  const id = pageId(incidentId, event.data.page, { personId, send });
  const { address, afterMs, notifier } = send;
  const notification = {
    ...wordsFor(incidentId, event, subject),
    idempotencyKey: id,
    threadKey: incidentId,
    ...(address === undefined ? {} : { address }),
  };
  return { id, notifier, afterMs, notification };
}

/** Keys a message by escalation, round, pass, step, person and contact; a later one to the same contact is another one. */
export function pageId(
  incidentId: string,
  page: string,
  { personId, send }: { readonly personId: string; readonly send: PlannedSend },
): string {
  const parts = [incidentId, page, personId, contactKey(send)].map((part) => (part === page ? part : escaped(part)));
  return `page/${parts.join("/")}${send.afterMs === 0 ? "" : `+${send.afterMs}`}`;
}

/** Names a contact within the keys of messages. */
export function contactKey({
  address,
  notifier,
}: {
  readonly notifier: string;
  readonly address?: string | undefined;
}): string {
  return address === undefined ? notifier : `${notifier}:${address}`;
}

/** So that no id with a slash in it makes the same key as another. */
export function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("/", "%2F").replaceAll("+", "%2B");
}

function unescaped(text: string): string {
  return text.replaceAll("%2B", "+").replaceAll("%2F", "/").replaceAll("%25", "%");
}

type Words = Pick<
  Notification,
  "urgency" | "title" | "text" | "fields" | "url" | "severity" | "service" | "status" | "atMs"
>;

function wordsFor(incidentId: string, event: CallingEvent, subject: PageSubject | undefined): Words {
  const why = whyWords(event);
  const { atMs } = event;
  // Better a page with few words than none.
  if (subject === undefined) return { urgency: "page", title: incidentId, text: why, fields: [], atMs };
  const { fields = [], service, severity, text, title, url } = subject;
  return {
    urgency: isForStakeholders(event) ? "info" : urgencyOf(severity),
    title: `${incidentId} ${severity}: ${title}`,
    text: text === "" ? why : `${why}\n${text}`,
    fields,
    severity,
    service,
    atMs,
    ...(event.type === "escalation.stakeholders-updated" ? { status: event.data.status } : {}),
    ...(url === undefined ? {} : { url }),
  };
}

function whyWords(event: CallingEvent): string {
  switch (event.type) {
    case "escalation.step-fired":
      return `${wishWords(event)}You are called by step ${event.data.step + 1}, pass ${event.data.pass}. Acknowledge to stop the escalation.`;
    case "escalation.fallback-paged":
      return `${wishWords(event)}You are the fallback: pass ${event.data.pass} reached nobody. Acknowledge to stop the escalation.`;
    case "escalation.reminded":
      return "Are you still on it? Say so, or the escalation goes on.";
    case "escalation.stakeholders-told":
      return "For your information; nobody waits for you.";
    case "escalation.stakeholders-updated":
      return `Update by ${event.actor}: ${event.data.text}`;
  }
}

/** Whoever is called should know who wants them, and for what. */
function wishWords({
  data: { asked },
}: Extract<CallingEvent, { readonly data: { readonly asked?: AskedFor } }>): string {
  return asked === undefined ? "" : `${asked.by} asks for you: ${asked.reason}\n`;
}

function isForStakeholders({ type }: CallingEvent): boolean {
  return type === "escalation.stakeholders-told" || type === "escalation.stakeholders-updated";
}

/** Whether a message that was put off, or could not be told yet, is still wanted: not when somebody has answered meanwhile. */
export function isStillWanted(state: EscalationState, page: string): boolean {
  const [round, kind] = page.split("/");
  if (kind === "update") return true;
  if (state.status === "ended" || round !== String(state.round)) return false;
  switch (kind) {
    case "reminder":
      return state.acknowledged?.remindedAtMs !== undefined;
    case "stakeholders":
      return true;
    default:
      return state.status !== "acknowledged";
  }
}

const PAGE_ID = /^page\/([^/]+)\/([^/]+\/[^/]+\/[^/]+)\/([^/]+)\/[^/]+$/;

/** What a message was asked for, by its id; undefined where it is none of an escalation. */
export function readPageId(
  id: string,
): { readonly incidentId: string; readonly page: string; readonly personId: string } | undefined {
  const [, incidentId, page, personId] = PAGE_ID.exec(id) ?? [];
  if (incidentId === undefined || page === undefined || personId === undefined) return undefined;
  return { incidentId: unescaped(incidentId), page, personId: unescaped(personId) };
}

/** The same where the message may be one that was sent once more: `messageId` is the one that was asked for first. */
export function readAskedPage(
  id: string,
): (NonNullable<ReturnType<typeof readPageId>> & { readonly messageId: string }) | undefined {
  const read = readPageId(id);
  if (read !== undefined) return { ...read, messageId: id };
  return id.endsWith(RETRY_SUFFIX) ? readAskedPage(id.slice(0, -RETRY_SUFFIX.length)) : undefined;
}

/** Whether a message is still wanted, by its id; in doubt, and where it is none of an escalation, it is. */
export function isMessageWanted(id: string, escalation: (incidentId: string) => EscalationState | undefined): boolean {
  const read = readPageId(id);
  const state = read === undefined ? undefined : escalation(read.incidentId);
  return read === undefined || state === undefined || isStillWanted(state, read.page);
}

/** How pressing the messages of an escalation are to those it calls. */
export function callUrgency(state: EscalationState, stakeholders: boolean): Urgency {
  return stakeholders ? "info" : urgencyOf(state.severity);
}
