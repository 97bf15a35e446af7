import { isOpenStatus } from "../incident/incident-lifecycle.js";
import { summariseIncidents } from "../incident/incident-summary.js";
import { incidentTimeline } from "../incident/incident-timeline.js";
import { incidentStream } from "../incident/incident.js";
import { replayIncident } from "../incident/parse-incident-event.js";
import { renderPostmortem } from "../incident/postmortem.js";
import type { NamedPerson } from "../incident/postmortem/blameless.js";
import type { EventStore } from "../ports/event-store.js";
import type { FleetWatch } from "./fleet-watch.js";
import type { IncidentBook } from "./incident-book.js";
import type { IncidentDesk } from "./incident-desk.js";
import type { IncidentShares } from "./incident-shares.js";
import type { Plimsoll } from "./plimsoll.js";
import { presentEvaluation } from "./present-evaluation.js";

/** What people ask about incidents and of them. */
export type IncidentAnswers = Pick<
  Plimsoll,
  "incidents" | "incidentSummary" | "incident" | "budgetShare" | "acknowledge" | "resolve" | "note"
>;

export function createIncidentAnswers(options: {
  readonly book: IncidentBook;
  readonly desk: IncidentDesk;
  readonly events: Pick<EventStore, "read">;
  readonly fleet: FleetWatch;
  readonly shares: IncidentShares;
  /** Whose names causes are not to have. */
  readonly people: readonly NamedPerson[];
  readonly nowMs: () => number;
  readonly nextId: () => string;
  /** Publishes what was written. */
  readonly relay: () => Promise<unknown>;
}): IncidentAnswers {
  const { book, desk, events, fleet, nowMs, people, shares } = options;

  const command: IncidentDesk["command"] = async (incidentId, asked) => {
    const outcome = await desk.command(incidentId, asked);
    if (outcome.ok) await options.relay();
    return outcome;
  };
  const asked = (actor: string) => ({ atMs: nowMs(), actor, causeId: options.nextId() });
  /** How its SLO stands, for an incident that a person ends before its alert does. */
  const standing = (incidentId: string) => {
    const state = book.get(incidentId);
    const evaluation = state === undefined ? undefined : presentEvaluation(state, fleet.evaluation);
    return evaluation === undefined ? {} : { evaluation };
  };

  return {
    incidents: () => book.all(),
    incidentSummary: (fromMs, toMs) => summariseIncidents(book.all(), fromMs, toMs),
    budgetShare: shares,
    async incident(incidentId) {
      if (book.get(incidentId) === undefined) return undefined;
      const replayed = replayIncident(await events.read(incidentStream(incidentId)));
      if (!replayed.ok || replayed.value === undefined) return undefined;
      const { state, events: course } = replayed.value;
      const share = shares(state);
      const shown = { atMs: nowMs(), share, people };
      return {
        state,
        budgetShare: share,
        timeline: incidentTimeline(course),
        evidence: course.flatMap((event) => (event.type === "incident.evidence-attached" ? [event.data.evidence] : [])),
        ...(isOpenStatus(state.status) ? {} : { postmortem: renderPostmortem(state, course, shown) }),
      };
    },
    acknowledge: (id, { actor }) => command(id, { type: "acknowledge", ...asked(actor) }),
    resolve: (id, { actor, reason }) => command(id, { type: "resolve", reason, ...standing(id), ...asked(actor) }),
    note: (id, { actor, text }) => command(id, { type: "note", text, ...asked(actor) }),
  };
}
