import { PlimsollError } from "../errors/plimsoll-error.js";
import { failure, success, type Result } from "../errors/result.js";
import type { SloEvaluation } from "../evaluation/evaluation.js";
import { closableAt } from "../incident/auto-close.js";
import { breachedTargets } from "../incident/incident-clocks.js";
import type { CommandOf, IncidentCommand, IncidentOrigin } from "../incident/incident-command.js";
import { incidentId, type IncidentState } from "../incident/incident.js";
import { decideIntake, intakeCommand } from "../incident/intake.js";
import { isSameBreach } from "../incident/people/target-breach.js";
import type { Digest } from "../ports/digest.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Service } from "../slo/slo.js";
import type { IncidentBook } from "./incident-book.js";
import type { ImpactStart } from "./incident-shares.js";
import { createExternalDesk, type ExternalDesk } from "./external-desk.js";
import {
  entriesFor,
  entriesOrThrow,
  linkEntries,
  mergeEntries,
  splitEntries,
  unknownIncident,
  type Entries,
  type IncidentRefusal,
  type Split,
} from "./incident-entries.js";
import { createEvidenceDesk, EVIDENCE_REACH_MS, type EvidenceGatherer } from "./incident-evidence.js";
import { commitDecided } from "./commit-decided.js";
import type { Journal } from "./journal.js";
import { parseAlertEvent } from "./parse-alert-event.js";

export type { ExternalIntake } from "./external-desk.js";
export type { IncidentRefusal } from "./incident-entries.js";

/** What only the engine says to an incident. */
type EngineCommand = "declare" | "absorb" | "split" | "record-breach" | "update-alert" | "update-external";

/** What a person may ask of an incident that is there. For a split the desk chooses the new incident's id. */
export type PersonCommand =
  | Exclude<IncidentCommand, { readonly type: EngineCommand }>
  | (Omit<CommandOf<"split">, "into"> & Split);

/** What a person says who declares an incident. */
export type DeclareCommand = Omit<CommandOf<"declare">, "type" | "incidentId" | "origin"> &
  Omit<Extract<IncidentOrigin, { readonly kind: "person" }>, "kind" | "splitFrom" | "serviceTier">;

/** What one round closes at most: evidence takes milliseconds each where there are many, and evaluation waits for it. */
const MOST_CLOSED = 50;

/** Turns alerts and people's commands into incidents, at most one open per key. */
export type IncidentDesk = {
  /** Handles one stored alert event; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
  /** Handles word of an alert from elsewhere; answers what was made of it. The same cause again changes nothing. */
  readonly takeExternal: ExternalDesk;
  /** Declares an incident in a person's name; the same cause again answers the incident that it declared. */
  declare(command: DeclareCommand): Promise<Result<IncidentState, IncidentRefusal>>;
  /** Carries out what a person asks of an incident. */
  command(incidentId: string, command: PersonCommand): Promise<Result<IncidentState, IncidentRefusal>>;
  /** Closes what has been resolved long enough, and burns no more, up to 50 a call, the oldest first; answers the ids. */
  closeDue(nowMs: number): Promise<readonly string[]>;
  /** Records the targets that were missed, each once; answers the ids of the incidents that missed one. */
  recordBreaches(nowMs: number): Promise<readonly string[]>;
};

export function createIncidentDesk(options: {
  readonly journal: Journal;
  readonly book: IncidentBook;
  readonly digest: Digest;
  readonly services: ReadonlyMap<string, Service>;
  readonly cooldownMs: number;
  readonly autoCloseAfterMs: number;
  /** Look for evidence at each transition. */
  readonly gatherers?: readonly EvidenceGatherer[];
  /** Whoever calls people records it with `escalate`; then that nobody was called in time is a missed target too. */
  readonly recordsCalls?: boolean;
  /** How an SLO stands now, as evidence of what people do. */
  readonly evaluation?: (sloId: string) => SloEvaluation | undefined;
  /** How the SLOs of a service stand now, as evidence of every transition of its incidents. */
  readonly evaluations?: (service: string) => readonly SloEvaluation[];
  /** When the impact that an alert tells of began; absent: that is not known. */
  readonly impactStart?: ImpactStart;
}): IncidentDesk {
  const { journal, book, services } = options;
  const evidenceDesk = createEvidenceDesk(options);
  const tierOf = (service: string) => {
    const known = services.get(service);
    return known === undefined ? {} : { serviceTier: known.tier };
  };
  type Cause = { readonly atMs: number; readonly causeId: string };
  const gather = (service: string, { atMs, causeId }: Cause, wholeSlo?: string) =>
    evidenceDesk.gathered({ incidentId: "", service, causeId, fromMs: atMs - EVIDENCE_REACH_MS, toMs: atMs }, wholeSlo);

  const commit = (decide: () => Entries): Promise<IncidentRefusal | undefined> => commitDecided(journal, decide);
  const answer = (id: string, refusal: IncidentRefusal | undefined): Result<IncidentState, IncidentRefusal> => {
    const state = book.get(id);
    if (state === undefined) return failure(unknownIncident(id));
    return refusal === undefined ? success(state) : failure(refusal);
  };
  const takeExternal = createExternalDesk({ ...options, evidence: evidenceDesk, gather, tierOf, commit });

  return {
    takeExternal,

    async react(event) {
      const alert = parseAlertEvent(event);
      if (!alert.ok)
        throw new PlimsollError({ code: "unreadable-event", message: alert.error.message, retryable: false });
      const { evaluation, explanation, key, service } = alert.value.data;
      const measured = await evidenceDesk.ofEvaluation(evaluation, { causeId: event.id, summary: explanation });
      const found = await gather(service, { atMs: event.atMs, causeId: event.id }, evaluation.sloId);
      await journal.commit(() => {
        const decision = decideIntake(book.register(key), alert.value, { cooldownMs: options.cooldownMs });
        const newIncidentId = incidentId(book.nextNumber());
        const startedAtMs = decision.kind === "open-new" ? options.impactStart?.(alert.value.data) : undefined;
        const command = intakeCommand(decision, alert.value, {
          newIncidentId,
          atMs: event.atMs,
          causeId: event.id,
          evidence: [...measured, ...found],
          ...tierOf(service),
          ...(startedAtMs === undefined ? {} : { startedAtMs }),
        });
        if (command === undefined || decision.kind === "ignore") return [];
        const target = decision.kind === "open-new" ? newIncidentId : decision.incidentId;
        return entriesOrThrow(entriesFor(book, target, command));
      });
    },

    async declare({ title, severity, service, detectedAtMs, ...asked }) {
      let id = "";
      const evidence = [...(asked.evidence ?? []), ...(await gather(service, asked))];
      const refusal = await commit(() => {
        id = book.declaredBy(asked.causeId) ?? "";
        if (id !== "") return success([]);
        id = incidentId(book.nextNumber());
        const detected = detectedAtMs === undefined ? {} : { detectedAtMs };
        const origin = { kind: "person", title, severity, service, ...tierOf(service), ...detected } as const;
        return entriesFor(book, id, { ...asked, type: "declare", incidentId: id, origin, evidence });
      });
      return refusal === undefined ? answer(id, undefined) : failure(refusal);
    },

    async command(id, command) {
      const state = book.get(id);
      if (command.type === "split") {
        const { title, severity, service, ...asked } = command;
        const split = { title, severity, ...(service === undefined ? {} : { service }) };
        const into = () => incidentId(book.nextNumber());
        return answer(id, await commit(() => splitEntries(book, id, { ...asked, into: into(), split })));
      }
      const found = state === undefined ? [] : await evidenceDesk.ofTransition(state, command);
      const evidence = found.length === 0 ? {} : { evidence: [...(command.evidence ?? []), ...found] };
      const asked = { ...command, ...evidence };
      const decided = () => {
        if (asked.type === "merge") return mergeEntries(book, id, asked);
        return asked.type === "link" ? linkEntries(book, id, asked) : entriesFor(book, id, asked);
      };
      return answer(id, await commit(decided));
    },

    async closeDue(nowMs) {
      const due = book.all().filter((state) => closableAt(state, nowMs, options.autoCloseAfterMs).closable);
      const closed: string[] = [];
      for (const state of due.slice(-MOST_CLOSED).toReversed()) {
        const { id, version } = state;
        const told = { type: "close", atMs: nowMs, causeId: `auto-close/${id}@${version}` } as const;
        const evidence = await evidenceDesk.ofTransition(state, told);
        const written = await journal.commit(() => {
          const command = { ...told, how: "auto", ttlMs: options.autoCloseAfterMs, actor: "engine", evidence } as const;
          const entries = entriesFor(book, id, command);
          return entries.ok ? entries.value : [];
        });
        if (written.length > 0) closed.push(id);
      }
      return closed;
    },

    async recordBreaches(nowMs) {
      const late = book
        .all()
        .filter(({ status }) => status !== "closed")
        .map((state) => ({ state, breaches: breachedTargets(state, nowMs) }));
      const missed = new Set<string>();
      for (const { state, breaches } of late) {
        for (const breach of breaches) {
          if (breach.kind === "escalate" && options.recordsCalls !== true) continue;
          if (state.breaches.some((known) => isSameBreach(known, breach))) continue;
          const { dueAtMs, kind, round } = breach;
          const causeId = `breach/${state.id}/${kind}/${round}/${dueAtMs}`;
          const command = { type: "record-breach", breach, atMs: nowMs, actor: "engine", causeId } as const;
          await commit(() => entriesFor(book, state.id, command));
          missed.add(state.id);
        }
      }
      return [...missed];
    },
  };
}
