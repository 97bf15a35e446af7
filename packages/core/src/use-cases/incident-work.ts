import {
  readinessBlockers,
  remindersDue,
  type ActionReminder,
  type OverdueAction,
} from "../incident/actions/action-reminders.js";
import { failure, type Result } from "../errors/result.js";
import { explainIncident, type IncidentExplanation } from "../incident/explain/alert-trace.js";
import { incidentClocks, type IncidentClock } from "../incident/incident-clocks.js";
import { incidentStream, type IncidentState } from "../incident/incident.js";
import { incidentMetrics, type IncidentMetrics, type MetricsQuery } from "../incident/metrics/incident-metrics.js";
import { replayIncident, type ReplayedIncident } from "../incident/parse-incident-event.js";
import { incidentCost, type IncidentCost } from "../incident/people/incident-cost.js";
import { postmortemDocument, type PostmortemDocument } from "../incident/postmortem.js";
import type { NamedPerson } from "../incident/postmortem/blameless.js";
import { exportCase, type CaseProblem } from "../incident/regression/export-case.js";
import type { RegressionCase } from "../incident/regression/regression-case.js";
import { similarIncidents, type SimilarIncident } from "../incident/relations/similar-incidents.js";
import type { EventStore } from "../ports/event-store.js";
import type { CaseRecorder } from "./case-recorder.js";
import type { IncidentBook } from "./incident-book.js";
import type { DeclareCommand, IncidentDesk, PersonCommand } from "./incident-desk.js";
import { unknownIncident, type IncidentRefusal } from "./incident-entries.js";
import type { IncidentShares } from "./incident-shares.js";

type Unstamped<Command> = Command extends unknown ? Omit<Command, "atMs" | "causeId"> : never;

/** Who asks and why is in the command; when, and what makes it done once, may be left to the engine. */
export type AskedCommand<Command> = Unstamped<Command> & {
  /** The caller's key for this request: the same one is done once. Absent: every call is a request of its own. */
  readonly causeId?: string;
};

/** Everything about one incident beside its course. */
export type IncidentFile = {
  readonly clocks: readonly IncidentClock[];
  readonly cost: IncidentCost;
  readonly similar: readonly SimilarIncident[];
  readonly reminders: readonly ActionReminder[];
  readonly explanation: IncidentExplanation;
  readonly postmortem: PostmortemDocument;
};

/** What people do with incidents. */
export type IncidentWork = {
  /** Declares an incident in a person's name. */
  declareIncident(asked: AskedCommand<DeclareCommand>): Promise<Result<IncidentState, IncidentRefusal>>;
  /** Carries out any command of a person: every verb of `PersonCommand`. */
  commandIncident(
    incidentId: string,
    asked: AskedCommand<PersonCommand>,
  ): Promise<Result<IncidentState, IncidentRefusal>>;
  /** Undefined when there is no such incident. */
  incidentFile(incidentId: string): Promise<IncidentFile | undefined>;
  incidentMetrics(query: MetricsQuery): IncidentMetrics;
  /** What owners of action items are to be reminded of now, over all incidents. */
  actionReminders(): readonly ActionReminder[];
  /** Overdue action items of priority P0, of one service or of all. */
  readinessBlockers(service?: string): readonly OverdueAction[];
  /** Makes a regression case from an incident and what is stored of its inputs: slices, alerts, commands, runs of runbooks. */
  exportCase(incidentId: string): Promise<Result<RegressionCase, CaseProblem | IncidentRefusal>>;
};

export function createIncidentWork(options: {
  readonly book: IncidentBook;
  readonly desk: Pick<IncidentDesk, "command" | "declare">;
  readonly events: Pick<EventStore, "read">;
  readonly shares: IncidentShares;
  readonly recorded: CaseRecorder;
  /** Whose names causes are not to have. */
  readonly people: readonly NamedPerson[];
  readonly nowMs: () => number;
  readonly nextId: () => string;
  /** Publishes what was written. */
  readonly relay: () => Promise<unknown>;
}): IncidentWork {
  const { book, desk, events, nowMs, people, shares } = options;

  const course = async (incidentId: string): Promise<ReplayedIncident | undefined> => {
    if (book.get(incidentId) === undefined) return undefined;
    const replayed = replayIncident(await events.read(incidentStream(incidentId)));
    return replayed.ok ? replayed.value : undefined;
  };
  const stamped = <Command extends { readonly causeId?: string }>(asked: Command) => ({
    ...asked,
    atMs: nowMs(),
    causeId: asked.causeId ?? options.nextId(),
  });
  const published = async <Outcome extends { readonly ok: boolean }>(outcome: Outcome): Promise<Outcome> => {
    if (outcome.ok) await options.relay();
    return outcome;
  };

  return {
    declareIncident: async (asked) => published(await desk.declare(stamped(asked))),
    commandIncident: async (incidentId, asked) => published(await desk.command(incidentId, stamped(asked))),
    async incidentFile(incidentId) {
      const replayed = await course(incidentId);
      if (replayed === undefined) return undefined;
      const { events: happened, state } = replayed;
      const atMs = nowMs();
      const share = shares(state);
      return {
        clocks: incidentClocks(state, atMs),
        cost: incidentCost(state, atMs, share),
        similar: similarIncidents(state, book.all()),
        reminders: remindersDue(state, atMs),
        explanation: explainIncident(incidentId, happened),
        postmortem: postmortemDocument(state, happened, { atMs, share, people }),
      };
    },
    incidentMetrics: (query) => incidentMetrics(book.all(), query),
    actionReminders: () => book.all().flatMap((state) => remindersDue(state, nowMs())),
    readinessBlockers: (service) => readinessBlockers(book.all(), nowMs(), service),
    async exportCase(incidentId) {
      const replayed = await course(incidentId);
      if (replayed === undefined) return failure(unknownIncident(incidentId));
      return exportCase({ ...(await options.recorded(replayed)), ...replayed });
    },
  };
}
