import { personOf } from "../access/principal.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import { failure, success, type Result } from "../errors/result.js";
import type { Severity } from "../incident/severity.js";
import { ESCALATION_PREFIX, escalationStream, type EscalationState } from "../on-call/escalation/escalation.js";
import type { EscalationPolicy } from "../on-call/escalation/escalation-policy.js";
import { dueNotice } from "../on-call/escalation/stakeholder-notices.js";
import { parseEscalationEvent } from "../on-call/escalation/parse-escalation-event.js";
import { callPerson, callTargets, type EscalationDirectory } from "../on-call/escalation/resolve-targets.js";
import type { Unsubscribe } from "../ports/event-bus.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Notification } from "../ports/notifier.js";
import type { Timer, TimerEntry } from "../ports/timer.js";
import type { EscalationBook } from "./escalation-book.js";
import { commitDecided } from "./commit-decided.js";
import { createEscalationDecisions, type MakeCommand } from "./escalation-decisions.js";
import { incidentCommand, startCommand } from "./escalation-incident-command.js";
import {
  callUrgency,
  isCalling,
  isStillWanted,
  owedPages,
  type CallingEvent,
  type PageSubject,
} from "./escalation-page.js";
import { isNews, owedNews, type NewsEvent } from "./escalation-news.js";
import {
  orderEntries,
  type EscalationRefusal,
  type EscalationWord,
  type PersonEscalationCommand,
} from "./escalation-order.js";
import type { Entries } from "./incident-entries.js";
import type { Journal } from "./journal.js";

/** Calls people about incidents until somebody acknowledges. */
export type EscalationDesk = {
  /** Handles one stored event of an incident or of an escalation; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
  /** Carries out what a person asks of the escalation of an incident, whose course tells of it; answers how it stands then. */
  command(incidentId: string, command: PersonEscalationCommand): Promise<Result<EscalationState, EscalationRefusal>>;
  /** Hears that every message of a call was given up: the next step of its pass, or the fallback, comes at once. The same again changes nothing. */
  undelivered(
    incidentId: string,
    told: { readonly page: string; readonly atMs: number; readonly causeId: string },
  ): Promise<void>;
  /** Listens to the timers, and schedules again all that open escalations wait for. Once, after the journal's replay. */
  open(): Promise<Unsubscribe>;
  /**
   * Schedules again what open escalations wait for, and asks again for their pages; what is there already is left as it is.
   * Starts those of these incidents that never did.
   */
  mend(neverStarted?: readonly string[]): Promise<void>;
};

/** What a desk of escalations works with. */
export type EscalationDeskOptions = {
  readonly journal: Journal;
  readonly book: EscalationBook;
  readonly events: Pick<EventStore, "read">;
  readonly timer: Timer;
  readonly nowMs: () => number;
  /** Asks for one message to one notifier; the same id again changes nothing. */
  readonly request: (id: string, notifier: string, notification: Notification, atMs: number) => Promise<void>;
  /** The policy for an incident; undefined where nobody is to be called. */
  readonly policyFor: (incident: PageSubject & { readonly incidentId: string }) => EscalationPolicy | undefined;
  readonly directory: Pick<EscalationDirectory, "resolve" | "person">;
  /** Finds what a word about the escalation writes to its incident. */
  readonly record: (incidentId: string, word: EscalationWord) => Entries;
  /** How an incident stands; undefined when there is none that can be read. */
  readonly subject: (incidentId: string) => PageSubject | undefined;
  /** What keeps anybody from being called about an incident at an instant, such as planned work, and until when. */
  readonly pausedFor?: (
    incidentId: string,
    atMs: number,
  ) => { readonly id: string; readonly untilMs: number; readonly reason: string } | undefined;
  /** Whether a message was asked for under this id. */
  readonly wasRequested: (id: string) => boolean;
  /** Whether whom a notifier was made for hears of the course of incidents of this severity in any case. */
  readonly followsCourse: (notifier: string, severity: Severity) => boolean;
  /** Brings what was stored to those who react to it; what fails is brought with the next relaying. */
  readonly relay: () => Promise<unknown>;
  /** Hears that whoever acknowledged an incident did not answer the reminder. The same again changes nothing. */
  readonly onNoAnswer?: (
    incidentId: string,
    told: { readonly reason: string; readonly causeId: string },
  ) => Promise<void>;
};

const NOTICE_PREFIX = "escalation-notice/";
const PAGE_PREFIX = "escalation-page/";
const INCIDENT_PREFIX = "incident/";

export function createEscalationDesk(options: EscalationDeskOptions): EscalationDesk {
  const { book, directory, events, journal, nowMs, onNoAnswer, policyFor, relay, request, subject, timer } = options;
  const decisions = createEscalationDecisions(journal, book);

  const schedule = async (state: EscalationState): Promise<void> => {
    const { incidentId, version } = state;
    for (const [key, wake] of [
      [`${ESCALATION_PREFIX}${incidentId}`, state.wake],
      [`${NOTICE_PREFIX}${incidentId}`, state.stakeholderWake],
    ] as const) {
      if (wake === undefined) await timer.cancel(key, version);
      else await timer.schedule({ key, atMs: wake.dueAtMs, fence: wake.fence });
    }
  };

  const scheduleAnew = async (incidentId: string): Promise<void> => {
    const state = book.get(incidentId);
    if (state !== undefined) await schedule(state);
  };

  /** Asks for the messages of a call that are due at once, and sets timers for those that are not. */
  const page = async (incidentId: string, event: CallingEvent, version: number): Promise<void> => {
    const pages = owedPages(incidentId, event, subject(incidentId));
    for (const { afterMs, id, notification, notifier } of pages) {
      if (afterMs === 0) await request(id, notifier, notification, event.atMs);
    }
    for (const afterMs of new Set(pages.map((one) => one.afterMs).filter((ms) => ms > 0))) {
      const key = `${PAGE_PREFIX}${incidentId}/${version}/${afterMs}`;
      await timer.schedule({ key, atMs: event.atMs + afterMs, fence: version });
    }
  };

  /** Tells those who were called what has become of it. */
  const tellNews = async (incidentId: string, event: NewsEvent, version: number): Promise<void> => {
    const stored = (await events.read(escalationStream(incidentId))).filter((one) => one.version <= version);
    const course = stored.map(parseEscalationEvent).flatMap((read) => (read.ok ? [read.value] : []));
    const about = subject(incidentId);
    const news = owedNews(incidentId, course, event, {
      subject: about,
      version,
      wasRequested: options.wasRequested,
      followsCourse: (notifier) => about !== undefined && options.followsCourse(notifier, about.severity),
    });
    for (const { id, notification, notifier } of news) await request(id, notifier, notification, event.atMs);
  };

  const reactToEscalation = async (stored: StoredEvent): Promise<void> => {
    const incidentId = stored.stream.slice(ESCALATION_PREFIX.length);
    const event = parseEscalationEvent(stored);
    if (!event.ok)
      throw new PlimsollError({ code: "unreadable-event", message: event.error.message, retryable: false });
    if (isCalling(event.value)) await page(incidentId, event.value, stored.version);
    if (isNews(event.value)) await tellNews(incidentId, event.value, stored.version);
    await scheduleAnew(incidentId);
    if (event.value.type === "escalation.unacknowledged" && event.value.data.how === "no-answer") {
      await onNoAnswer?.(incidentId, { reason: event.value.data.reason, causeId: stored.id });
    }
  };

  const reactToIncident = async (stored: StoredEvent): Promise<void> => {
    const incidentId = stored.stream.slice(INCIDENT_PREFIX.length);
    const make = incidentCommand(stored, { incidentId, about: subject(incidentId), policyFor, directory });
    if (make === undefined) return;
    const outcome = await decisions.decide(incidentId, make);
    if (outcome.ok && outcome.value.length > 0) return;
    // It may come again after what follows it, and must not do then what it did not do in its turn.
    const { actor, atMs, id: causeId } = stored;
    await decisions.decide(incidentId, (state) =>
      state === undefined ? undefined : { type: "hear", atMs, actor, causeId },
    );
  };

  const wake =
    ({ fence }: TimerEntry): MakeCommand =>
    (state, turnsOf) => {
      if (state === undefined) return undefined;
      const { acknowledged, incidentId, policy } = state;
      const paused = wakesSomebody(state, fence) ? options.pausedFor?.(incidentId, nowMs()) : undefined;
      if (paused !== undefined) {
        const { id, reason, untilMs } = paused;
        return { type: "pause", atMs: nowMs(), actor: "engine", causeId: `${id}@${fence}`, reason, untilMs };
      }
      const when = { atMs: nowMs(), urgency: callUrgency(state, false), severity: state.severity };
      const known = { ...directory, turnsOf };
      return {
        type: "wake",
        atMs: when.atMs,
        actor: "engine",
        fence,
        steps: policy.steps.map(({ targets }) => callTargets(targets, known, when)),
        fallback: callTargets(policy.fallback, known, when),
        acknowledger: acknowledged === undefined ? [] : [callPerson(personOf(acknowledged.by), directory, when)],
      };
    };

  const tellStakeholders =
    ({ fence }: TimerEntry): MakeCommand =>
    (state, turnsOf) => {
      if (state === undefined) return undefined;
      const when = { atMs: nowMs(), urgency: callUrgency(state, true), severity: state.severity };
      const called = callTargets(dueNotice(state)?.targets ?? [], { ...directory, turnsOf }, when);
      return { type: "tell-stakeholders", atMs: when.atMs, actor: "engine", fence, called };
    };

  const onTimer = (prefix: string, commandFor: (entry: TimerEntry) => MakeCommand) =>
    timer.consume(prefix, async (entry) => {
      const incidentId = entry.key.slice(prefix.length);
      const outcome = await decisions.decide(incidentId, commandFor(entry));
      if (outcome.ok) {
        await relay();
      } else if (outcome.error.code === "not-due") {
        // Another clock than the timer's. It must not be taken for handled.
        throw new PlimsollError({ code: "timer-early", message: outcome.error.message, retryable: true });
      } else {
        // A stale timer may have taken the place of the one that is waited for.
        await scheduleAnew(incidentId);
      }
    });

  const onPageTimer = async ({ key }: TimerEntry): Promise<void> => {
    const [incidentId = "", version = "", afterMs = ""] = partsOf(key.slice(PAGE_PREFIX.length));
    const [stored] = await events.read(escalationStream(incidentId), Number(version) - 1);
    const state = book.get(incidentId);
    const event = stored === undefined ? undefined : parseEscalationEvent(stored);
    if (event?.ok !== true || state === undefined || !isCalling(event.value)) return;
    if (!isStillWanted(state, event.value.data.page)) return;
    for (const one of owedPages(incidentId, event.value, subject(incidentId))) {
      if (one.afterMs === Number(afterMs)) await request(one.id, one.notifier, one.notification, nowMs());
    }
    await relay();
  };

  const mend = async (neverStarted: readonly string[] = []): Promise<void> => {
    for (const incidentId of neverStarted) {
      const by = { atMs: nowMs(), actor: "engine", causeId: `mend/${incidentId}` };
      const command = startCommand(by, { incidentId, about: subject(incidentId), policyFor });
      await decisions.decide(incidentId, () => command);
    }
    if (neverStarted.length > 0) await relay();
    for (const state of book.open()) {
      for (const stored of await events.read(escalationStream(state.incidentId))) {
        const event = parseEscalationEvent(stored);
        if (!event.ok || !isCalling(event.value) || !isStillWanted(state, event.value.data.page)) continue;
        await page(state.incidentId, event.value, stored.version);
      }
      await schedule(state);
    }
  };

  return {
    async react(event) {
      if (event.stream.startsWith(ESCALATION_PREFIX)) await reactToEscalation(event);
      else if (event.stream.startsWith(INCIDENT_PREFIX)) await reactToIncident(event);
    },
    async command(incidentId, command) {
      const record = (word: EscalationWord) => options.record(incidentId, word);
      const refusal = await commitDecided(journal, () =>
        orderEntries(book.get(incidentId), incidentId, { command, record }),
      );
      if (refusal !== undefined) return failure(refusal);
      await relay();
      return success(book.get(incidentId) as EscalationState);
    },
    async undelivered(incidentId, told) {
      await decisions.decide(incidentId, () => ({ type: "undelivered", actor: "engine", ...told }));
    },
    async open() {
      const listening = [
        await onTimer(ESCALATION_PREFIX, wake),
        await onTimer(NOTICE_PREFIX, tellStakeholders),
        await timer.consume(PAGE_PREFIX, onPageTimer),
      ];
      await Promise.all(book.open().map(schedule));
      return async () => void (await Promise.all(listening.map((leave) => leave())));
    },
    mend,
  };
}

/** Whether the timer is the one that is waited for, and has come to call the next people; planned work may put that off. */
function wakesSomebody({ hastened, wake }: EscalationState, fence: number): boolean {
  return hastened === undefined && wake?.fence === fence && (wake.kind === "step" || wake.kind === "resume");
}

/** `<incident>/<version>/<delay>`, where an incident's id may hold a slash. */
function partsOf(key: string): readonly string[] {
  return /^(.*)\/(\d+)\/(\d+)$/.exec(key)?.slice(1) ?? [];
}
