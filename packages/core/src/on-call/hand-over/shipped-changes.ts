import type { IncidentState } from "../../incident/incident.js";
import type { PlannedStep } from "../../runbook/runbook-plan.js";
import type { RunbookRun, StepProgress } from "../../runbook/runbook-run.js";

/** Where more about a change stands. */
export type ChangePlace = { readonly kind: "incident" | "runbook-run"; readonly id: string };

/** A change that was shipped, as far as the engine was told of it. */
export type HandOverChange = {
  /** `change`: somebody tied it to an incident. `runbook-run`: a run of a runbook made it. */
  readonly kind: "change" | "runbook-run";
  readonly id: string;
  /** What it is, in words. */
  readonly title: string;
  /** Whoever tied it to the incident, or asked for the run: a person's name, or `engine`. */
  readonly by: string;
  /** When it was tied to the incident, as a tie knows no other time; or when the run ended. */
  readonly shippedAtMs: number;
  /** The services of the incidents that it belongs to; none for a run without an incident. */
  readonly services: readonly string[];
  /** Where to look. */
  readonly places: readonly ChangePlace[];
};

type KnownIncident = Pick<IncidentState, "id" | "service" | "links">;
type KnownRun = Pick<RunbookRun, "id" | "status" | "plan" | "steps" | "requestedBy" | "incidentId" | "endedAtMs">;

/**
 * Every change that the engine knows of: those that incidents are tied to, and those that runs of runbooks made.
 *
 * A dry run and a rehearsal make no run, and a run that is not over, or touched nothing, is none either.
 */
export function shippedChanges(known: {
  readonly incidents: readonly KnownIncident[];
  readonly runs: readonly KnownRun[];
}): readonly HandOverChange[] {
  const serviceOf = new Map(known.incidents.map(({ id, service }) => [id, service]));
  return [
    ...known.incidents.flatMap(tiedChanges),
    ...known.runs.flatMap((run) => changesOfRun(run, serviceOf.get(run.incidentId ?? ""))),
  ];
}

/**
 * The same change told of several times, such as by two incidents, becomes one: the earliest telling, with every place.
 *
 * Where a run of a runbook was tied to an incident by its id, the run tells best.
 */
export function mergeChanges(changes: readonly HandOverChange[]): readonly HandOverChange[] {
  const merged = new Map<string, HandOverChange>();
  for (const change of changes.toSorted((a, b) => rank(a) - rank(b) || a.shippedAtMs - b.shippedAtMs)) {
    const first = merged.get(change.id);
    merged.set(change.id, first === undefined ? change : alsoToldBy(first, change));
  }
  return [...merged.values()];
}

function alsoToldBy(first: HandOverChange, other: HandOverChange): HandOverChange {
  const places = [...first.places, ...other.places];
  return {
    ...first,
    services: [...new Set([...first.services, ...other.services])],
    places: [...new Map(places.map((place) => [`${place.kind} ${place.id}`, place])).values()],
  };
}

const rank = ({ kind }: HandOverChange): number => (kind === "runbook-run" ? 0 : 1);

function tiedChanges({ id: incidentId, links, service }: KnownIncident): readonly HandOverChange[] {
  return links
    .filter(({ kind }) => kind === "change")
    .map(({ atMs, by, id, relation }) => ({
      kind: "change",
      id,
      title: relation,
      by,
      shippedAtMs: atMs,
      services: [service],
      places: [{ kind: "incident", id: incidentId }],
    }));
}

function changesOfRun(run: KnownRun, service: string | undefined): readonly HandOverChange[] {
  const { endedAtMs, id, incidentId, plan, requestedBy, status } = run;
  const touched = plan.steps.flatMap((step) =>
    run.steps
      .filter((progress) => progress.id === step.id && changedSomething(step, progress))
      .map((progress) => ({ title: step.title, isUndone: progress.status === "undone" })),
  );
  if (endedAtMs === undefined || touched.length === 0) return [];
  const words = touched.map((step) => (step.isUndone ? `${step.title} (taken back)` : step.title)).join(", ");
  return [
    {
      kind: "runbook-run",
      id,
      title: `${plan.title} (${status}): ${words}`,
      by: requestedBy,
      shippedAtMs: endedAtMs,
      services: service === undefined ? [] : [service],
      places: [
        { kind: "runbook-run", id },
        ...(incidentId === undefined ? [] : [{ kind: "incident", id: incidentId } as const]),
      ],
    },
  ];
}

/** By RFC 9110 section 9.2.1 these ask for nothing to be changed. */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

function changedSomething({ action }: PlannedStep, { mayHaveActed }: StepProgress): boolean {
  return mayHaveActed && !(action.kind === "http" && SAFE_METHODS.has(action.call.method));
}
