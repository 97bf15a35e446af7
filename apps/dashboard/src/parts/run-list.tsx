import { runsResource, type RunSummary } from "../api/runbook-resources.js";
import { useResource } from "../api/use-resource.js";
import { Link } from "../router/link.js";
import { RunBadge } from "./run-badge.js";
import { TimeText } from "./time-text.js";

/** Runs of runbooks as rows. */
export function RunList({ runs, label }: { readonly runs: readonly RunSummary[]; readonly label: string }) {
  return (
    <ul className="rows" aria-label={label}>
      {runs.map((run) => (
        <li key={run.id} className="row run-row">
          <RunBadge status={run.status} />
          <div>
            <Link to={{ view: "runbook-run", id: run.id }} className="row-link" data-row="">
              {run.title}
            </Link>
            <p className="quiet">
              {run.stepsDone} of {run.stepCount} steps · {run.requestedBy} · <TimeText at={run.requestedAt} />
              {run.waitsFor !== undefined && <strong> · waits for {run.waitsFor}</strong>}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The runs for one incident, and where to start one. */
export function IncidentRuns({ incidentId }: { readonly incidentId: string }) {
  const runs = useResource(runsResource({ incident: incidentId })).data?.runs ?? [];
  return (
    <>
      {runs.length === 0 ? (
        <p className="quiet">No runbook was run for it.</p>
      ) : (
        <RunList runs={runs} label="Runs for this incident" />
      )}
      <p>
        <Link to={{ view: "runbooks" }} query={`?incident=${encodeURIComponent(incidentId)}`}>
          Run a runbook for {incidentId}
        </Link>
      </p>
    </>
  );
}
