import type { IncidentDetail } from "../api/answers.js";
import { formatAge } from "../format/duration.js";
import { ADD_ACTION, itemActions } from "../layout/incident-follow-ups.js";
import { IncidentActs } from "./incident-acts.js";
import { TimeText } from "./time-text.js";

/** What is to be done so that it does not come again; items are added and settled here. */
export function IncidentActionItems({ incident }: { readonly incident: IncidentDetail }) {
  const { actions } = incident;
  return (
    <IncidentActs incident={incident} label="About action items" actions={[ADD_ACTION]}>
      {(rowActs) =>
        actions.length === 0 ? (
          <p className="quiet">There are none.</p>
        ) : (
          <ul className="rows plain-rows" aria-label="Action items">
            {actions.map((item) => (
              <li className="row evidence row-acts" key={item.id}>
                <ItemWords item={item} />
                {rowActs(itemActions(item))}
              </li>
            ))}
          </ul>
        )
      }
    </IncidentActs>
  );
}

function ItemWords({
  item: { due, id, outcome, overdueMs, owner, priority, status, title },
}: {
  readonly item: IncidentDetail["actions"][number];
}) {
  return (
    <div>
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
    </div>
  );
}
