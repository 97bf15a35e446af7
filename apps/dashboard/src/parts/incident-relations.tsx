import type { IncidentDetail } from "../api/answers.js";
import { formatAge } from "../format/duration.js";
import { Link } from "../router/link.js";
import { TimeText } from "./time-text.js";

/** What it is tied to, and what it is like. */
export function IncidentRelations({ incident }: { readonly incident: IncidentDetail }) {
  const { links, mergedInto, similar, splitFrom } = incident;
  if (links.length + similar.length === 0 && mergedInto === undefined && splitFrom === undefined) {
    return <p className="quiet">It is tied to nothing, and like no other.</p>;
  }
  return (
    <ul className="plain-list">
      {mergedInto !== undefined && (
        <li>
          merged into <IncidentLink id={mergedInto} />
        </li>
      )}
      {splitFrom !== undefined && (
        <li>
          split from <IncidentLink id={splitFrom} />
        </li>
      )}
      {links.map(({ id, kind, relation }) => (
        <li key={`${kind} ${id}`}>
          {kind} {kind === "incident" ? <IncidentLink id={id} /> : <strong>{id}</strong>}: {relation}
        </li>
      ))}
      {similar.map(({ because, declaredAt, id, score, status, title }) => (
        <li key={id}>
          like <IncidentLink id={id} /> <span className="figure">({Math.round(score * 100)} %)</span>: {title}
          <p className="quiet">
            {status}, declared <TimeText at={declaredAt} /> · {because.join(", ")}
          </p>
        </li>
      ))}
    </ul>
  );
}

function IncidentLink({ id }: { readonly id: string }) {
  return <Link to={{ view: "incident", id }}>{id}</Link>;
}

/** What is to be done so that it does not come again. */
export function IncidentActionItems({ actions }: { readonly actions: IncidentDetail["actions"] }) {
  if (actions.length === 0) return <p className="quiet">There are none.</p>;
  return (
    <ul className="rows plain-rows">
      {actions.map(({ due, id, outcome, overdueMs, owner, priority, status, title }) => (
        <li className="row evidence" key={id}>
          <p>
            <strong>{priority}</strong> {title}{" "}
            {overdueMs === undefined ? (
              <span className="quiet">{status}</span>
            ) : (
              <strong className="alarm">overdue by {formatAge(overdueMs)}</strong>
            )}
          </p>
          <p className="quiet">
            {id} · {owner} · due <TimeText at={due} />
            {outcome !== undefined && <> · {outcome}</>}
          </p>
        </li>
      ))}
    </ul>
  );
}
