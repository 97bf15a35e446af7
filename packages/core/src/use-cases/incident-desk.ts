import type { AlertEvent } from "../alert/alert.js";
import type { Json } from "../errors/json.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import { failure, success, type Result } from "../errors/result.js";
import { closableAt } from "../incident/auto-close.js";
import { decideIncident } from "../incident/decide-incident.js";
import type { Evidence } from "../incident/evidence.js";
import { evolveIncident } from "../incident/evolve-incident.js";
import type { IncidentCommand, IncidentRejection } from "../incident/incident-command.js";
import { incidentId, incidentStream, type IncidentState } from "../incident/incident.js";
import { decideIntake, intakeCommand } from "../incident/intake.js";
import { decideRegister, incidentKeyStream, type KeyTaken } from "../incident/key-register.js";
import { parseAlertEvent } from "./parse-alert-event.js";
import type { Digest } from "../ports/digest.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Service } from "../slo/slo.js";
import type { IncidentBook } from "./incident-book.js";
import type { Journal, StreamEntries } from "./journal.js";

/** Why a command to an incident was refused. */
export type IncidentRefusal =
  | IncidentRejection
  | KeyTaken
  | { readonly code: "unknown-incident"; readonly incidentId: string; readonly message: string };

/** What a person may ask of an incident that is there. */
export type PersonCommand = Exclude<IncidentCommand, { readonly type: "declare" }>;

/** Turns alerts and people's commands into incidents, at most one open per key. */
export type IncidentDesk = {
  /** Handles one stored alert event; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
  /** Carries out what a person asks of an incident. */
  command(incidentId: string, command: PersonCommand): Promise<Result<IncidentState, IncidentRefusal>>;
  /** Closes what has been resolved long enough, and burns no more; answers the ids. */
  closeDue(nowMs: number): Promise<readonly string[]>;
};

export function createIncidentDesk(options: {
  readonly journal: Journal;
  readonly book: IncidentBook;
  readonly digest: Digest;
  readonly services: ReadonlyMap<string, Service>;
  readonly cooldownMs: number;
  readonly autoCloseAfterMs: number;
}): IncidentDesk {
  const { journal, book, digest, services } = options;

  const entriesFor = (id: string, command: IncidentCommand): Result<readonly StreamEntries[], IncidentRefusal> => {
    const state = book.get(id);
    const decided = decideIncident(state, command);
    if (!decided.ok) return decided;
    const next = decided.value.reduce<IncidentState | undefined>((now, event) => evolveIncident(now, event), state);
    if (next === undefined || decided.value.length === 0) return success([]);
    const { alert } = next;
    const register = decideRegister(alert === undefined ? undefined : book.register(alert.key), next, decided.value);
    if (!register.ok) return register;
    return success([
      { stream: incidentStream(id), entries: decided.value.map(toEntry) },
      ...(alert === undefined ? [] : [{ stream: incidentKeyStream(alert.key), entries: register.value.map(toEntry) }]),
    ]);
  };

  // The evaluation as a whole, and the counts of each window that it was judged by.
  const evidenceOf = (alert: AlertEvent, causeId: string): Promise<readonly Evidence[]> => {
    const { evaluation, explanation } = alert.data;
    const { gateBurn, period, rules } = evaluation;
    const windows = { rules: rules.map(({ ruleId, long, short }) => ({ ruleId, long, short })), gateBurn };
    const spans = [...rules.flatMap(({ long, short }) => [long, short]), gateBurn.oneHour, gateBurn.sixHours];
    const item = async (
      kind: Evidence["kind"],
      from: { readonly fromMs: number; readonly summary: string; readonly data: unknown },
    ): Promise<Evidence> => {
      const data = JSON.parse(JSON.stringify(from.data)) as Json;
      const hash = await digest.digest(data);
      return {
        id: `${causeId}/${kind}`,
        kind,
        source: "engine",
        fromMs: from.fromMs,
        toMs: evaluation.atMs,
        hash,
        summary: from.summary,
        data,
      };
    };
    return Promise.all([
      item("evaluation", { fromMs: period.fromMs, summary: explanation, data: evaluation }),
      item("windows", {
        fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
        summary: `the counts of the ${spans.length} windows that ${evaluation.sloId} was judged by`,
        data: windows,
      }),
    ]);
  };

  return {
    async react(event) {
      const alert = parseAlertEvent(event);
      if (!alert.ok)
        throw new PlimsollError({ code: "unreadable-event", message: alert.error.message, retryable: false });
      const service = services.get(alert.value.data.service);
      const evidence = await evidenceOf(alert.value, event.id);
      await journal.commit(() => {
        const entry = book.register(alert.value.data.key);
        const decision = decideIntake(entry, alert.value, { cooldownMs: options.cooldownMs });
        const newIncidentId = incidentId(book.nextNumber());
        const command = intakeCommand(decision, alert.value, {
          newIncidentId,
          atMs: event.atMs,
          causeId: event.id,
          evidence,
          ...(service === undefined ? {} : { serviceTier: service.tier }),
        });
        if (command === undefined || decision.kind === "ignore") return [];
        const entries = entriesFor(decision.kind === "open-new" ? newIncidentId : decision.incidentId, command);
        if (entries.ok) return entries.value;
        throw new PlimsollError({ code: entries.error.code, message: entries.error.message, retryable: false });
      });
    },

    async command(id, command) {
      let refusal: IncidentRefusal | undefined;
      await journal.commit(() => {
        refusal = undefined;
        const entries = entriesFor(id, command);
        if (entries.ok) return entries.value;
        refusal = entries.error;
        return [];
      });
      const state = book.get(id);
      if (state === undefined) {
        return failure({
          code: "unknown-incident",
          incidentId: id,
          message: `there is no incident ${id}; list them to see which there are`,
        });
      }
      return refusal === undefined ? success(state) : failure(refusal);
    },

    async closeDue(nowMs) {
      const due = book.all().filter((state) => closableAt(state, nowMs, options.autoCloseAfterMs).closable);
      const closed: string[] = [];
      for (const { id, version } of due) {
        const written = await journal.commit(() => {
          const causeId = `auto-close/${id}@${version}`;
          const command = {
            type: "close",
            how: "auto",
            ttlMs: options.autoCloseAfterMs,
            atMs: nowMs,
            actor: "engine",
            causeId,
          } as const;
          const entries = entriesFor(id, command);
          return entries.ok ? entries.value : [];
        });
        if (written.length > 0) closed.push(id);
      }
      return closed;
    },
  };
}

function toEntry(event: {
  readonly type: string;
  readonly atMs: number;
  readonly actor: string;
  readonly data: unknown;
}) {
  // Events are plain data; through JSON, so that an absent key and an undefined one are the same in every store.
  return {
    type: event.type,
    atMs: event.atMs,
    actor: event.actor,
    data: JSON.parse(JSON.stringify(event.data)) as Json,
  };
}
