import { memo } from "react";
import type { IncidentSummary } from "../api/answers.js";
import { formatAge } from "../format/duration.js";
import { formatShare } from "../format/percent.js";
import { isOpen } from "../layout/incident-order.js";
import { Link } from "../router/link.js";
import { Icon } from "./icon.js";
import { SeverityBadge } from "./severity-badge.js";
import { Age, TimeText } from "./time-text.js";

/** Incidents as rows. */
export function IncidentList({
  incidents,
  label,
}: {
  readonly incidents: readonly IncidentSummary[];
  readonly label: string;
}) {
  return (
    <ul className="rows" aria-label={label}>
      {incidents.map((incident) => (
        <IncidentRow key={incident.id} incident={incident} />
      ))}
    </ul>
  );
}

const IncidentRow = memo(function IncidentRow({ incident }: { readonly incident: IncidentSummary }) {
  const {
    acknowledgedAt,
    budgetShareOf,
    budgetShareRatio,
    burning,
    declaredAt,
    durationMs,
    id,
    service,
    severity,
    status,
    title,
  } = incident;
  const open = isOpen(incident);
  return (
    <li className="row incident-row" data-open={open}>
      <div className="incident-badges">
        <SeverityBadge severity={severity} />
        <span className="status">{status}</span>
      </div>
      <div className="incident-name">
        <Link to={{ view: "incident", id }} className="row-link" data-row="">
          {title}
        </Link>
        <p className="quiet">
          <Link to={{ view: "service", id: service }}>{service}</Link> · declared <TimeText at={declaredAt} />
          {acknowledgedAt === undefined && open && <strong className="alarm"> · nobody has acknowledged it</strong>}
        </p>
      </div>
      <div className="incident-figures">
        {burning ? (
          <span className="badge badge-page">
            <Icon name="page" />
            Alert fires
          </span>
        ) : (
          <span className="quiet">{open ? "no alert fires" : "over"}</span>
        )}
        <span>
          {open ? "for" : "took"}{" "}
          <strong className="figure">{open ? <Age at={declaredAt} /> : formatAge(durationMs)}</strong>
        </span>
        {budgetShareRatio !== undefined && (
          <span>
            spent {budgetShareOf !== undefined && "at most "}
            <strong className="figure">{formatShare(budgetShareRatio)}</strong> of the budget
          </span>
        )}
      </div>
    </li>
  );
});
