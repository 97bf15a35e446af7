import { evolveEscalation, parseEscalationEvent, type EscalationState, type Notification } from "@plimsoll/core";
import type { Heard, ResponseWorld } from "./response-world.js";

/** What is looked at for the pages of a schedule that has come to its end. */
export type PagesOfAWorld = Pick<ResponseWorld, "heard" | "sent"> & {
  readonly clock: Pick<ResponseWorld["clock"], "nowMs">;
};

type Escalated = Extract<ReturnType<typeof parseEscalationEvent>, { readonly ok: true }>["value"];
type Send = { readonly address?: string; readonly afterMs: number; readonly notifier: string };

const ESCALATION = "escalation/";

const named = (...names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => `escalation.${name}`));
/** After these a call, or a reminder, may be answered. */
const ANSWERS = named("acknowledged", "confirmed", "unacknowledged", "hastened", "ended");
/** After these what a step put off is not wanted any more; a reminder is answered by the others too. */
const STOPS = named("acknowledged", "ended");

/** Property 5: what was decided to be told was told while nobody had answered, also what was put off, unless it was refused for good. */
export const noPageLost = ({ clock, heard, sent }: PagesOfAWorld): readonly string[] => {
  const problems: string[] = [];
  const told = new Set(sent.map(({ idempotencyKey }) => idempotencyKey));
  const { dead, overtaken } = deliveriesOf(heard);
  for (const [index, { event }] of heard.entries()) {
    if (!event.stream.startsWith(ESCALATION)) continue;
    const read = parseEscalationEvent(event);
    if (!read.ok) return [read.error.message];
    const { atMs, data } = read.value;
    if (!("people" in data)) continue;
    const later = heard.slice(index + 1).filter((one) => one.event.stream === event.stream);
    const isAfter = (types: ReadonlySet<string>): boolean => later.some((one) => types.has(one.event.type));
    const stops = data.page.includes("/reminder/") ? ANSWERS : STOPS;
    for (const { personId, sends } of data.people) {
      for (const send of sends) {
        const key = keyOf(event.stream.slice(ESCALATION.length), data.page, { personId, send });
        if (told.has(key) || dead.has(key)) continue;
        // What could not be told before somebody answered is not wanted any more, nor is what was put off beyond that.
        if (isAfter(ANSWERS) && overtaken.has(key)) continue;
        if (send.afterMs > 0 && (atMs + send.afterMs > clock.nowMs() || isAfter(stops))) continue;
        problems.push(`${key} was due by ${event.type} and reached nobody`);
      }
    }
  }
  return problems;
};

/**
 * Property 5: what is told under a key is what was asked for under it; and it is told once, and once more at most for each
 * crash, pause and failure of a call between its request and then, as nobody knows then whether
 * it was told. One that had stood still before counts as well while it is there: woken, it may come to hear of the request
 * before it hears that another has told it.
 */
export const noKeyDoubled = ({ heard, sent }: PagesOfAWorld): readonly string[] => {
  const problems: string[] = [];
  const asked = new Map(heard.flatMap(requestIn));
  const counts = new Map<string, number>();
  const doubled = new Map<string, string>();
  for (const { actions: _, editOf, interruptions, messageId: _id, ...message } of sent) {
    const key = message.idempotencyKey;
    const request = asked.get(key);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (request === undefined) problems.push(`nobody asked for ${key}`);
    else if (!isSaid(message, request.notification, editOf !== undefined))
      problems.push(`${key} says something else than was asked`);
    const most = 1 + interruptions - (request?.interruptions ?? 0) + (request?.standing ?? 0);
    if (count > most) doubled.set(key, `${key} was told ${count} times, and ${most} is the most`);
    const edited = sent.find((one) => one.editOf === undefined && one.messageId === editOf);
    if (editOf !== undefined && (edited?.threadKey !== message.threadKey || edited.address !== message.address)) {
      problems.push(`${key} changed the message ${editOf}, which is none of its thread at its contact`);
    }
  }
  return [...problems, ...doubled.values()];
};

/** Property 5: an escalation is exhausted only once its last pass may have reached somebody, or has paged the fallback. */
export const nobodyLeftUncalled = ({ heard }: Pick<PagesOfAWorld, "heard">): readonly string[] => {
  const { dead, requested } = deliveriesOf(heard);
  return [...coursesOf(heard)].flatMap(([incidentId, { course, state }]) => {
    if (state?.status !== "exhausted") return [];
    const pass = `${state.round}/${state.lastPass}/`;
    const isFallback = course.some((event) => "page" in event.data && event.data.page === `${pass}fallback`);
    const asked = [...requested].filter((key) => key.startsWith(`page/${incidentId}/${pass}`));
    const isOpen = asked.some((key) => !dead.has(key));
    return isFallback || isOpen ? [] : [`${incidentId} is exhausted, and pass ${state.lastPass} has reached nobody`];
  });
};

function coursesOf(heard: PagesOfAWorld["heard"]) {
  const courses = new Map<string, { readonly course: Escalated[]; readonly state: EscalationState | undefined }>();
  for (const { event } of heard) {
    const read = event.stream.startsWith(ESCALATION) ? parseEscalationEvent(event) : undefined;
    if (read?.ok !== true) continue;
    const id = event.stream.slice(ESCALATION.length);
    const { course, state } = courses.get(id) ?? { course: [], state: undefined };
    courses.set(id, { course: [...course, read.value], state: evolveEscalation(state, read.value) });
  }
  return courses;
}

function deliveriesOf(heard: PagesOfAWorld["heard"]) {
  const requested = new Set<string>();
  const overtaken = new Set<string>();
  const dead = new Set<string>();
  for (const { event } of heard) {
    if (!event.stream.startsWith("delivery/")) continue;
    const { id, notBeforeMs } = event.data as { readonly id: string; readonly notBeforeMs?: number };
    if (event.type === "delivery.requested") requested.add(id);
    if (event.type === "delivery.overtaken") overtaken.add(id);
    if (event.type === "delivery.failed" && notBeforeMs === undefined) dead.add(id);
  }
  return { requested, overtaken, dead };
}

type Requested = Pick<Heard, "interruptions" | "standing"> & { readonly notification: Notification };

function requestIn({
  event: { data, type },
  interruptions,
  standing,
}: Heard): readonly (readonly [string, Requested])[] {
  if (type !== "delivery.requested") return [];
  const { notification } = data as unknown as { readonly notification: Notification };
  return [[notification.idempotencyKey, { notification, interruptions, standing }]];
}

/** An edit shows what was there before as well. */
function isSaid(message: Notification, wanted: Notification, isEdit: boolean): boolean {
  const { text, ...rest } = message;
  const { text: wantedText, ...wantedRest } = wanted;
  const isText = text === wantedText || (isEdit && text.endsWith(`\n${wantedText}`));
  return isText && inOrder(rest) === inOrder(wantedRest);
}

function inOrder(value: object): string {
  return JSON.stringify(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function keyOf(
  incidentId: string,
  page: string,
  { personId, send }: { readonly personId: string; readonly send: Send },
): string {
  const later = send.afterMs === 0 ? "" : `+${send.afterMs}`;
  return `page/${incidentId}/${page}/${personId}/${send.notifier}:${send.address ?? ""}${later}`;
}
