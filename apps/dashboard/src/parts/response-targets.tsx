import type { IncidentDetail } from "../api/answers.js";
import { useNow } from "../api/use-now.js";
import { formatAge } from "../format/duration.js";
import { Icon } from "./icon.js";
import { TimeText } from "./time-text.js";

type ResponseTargetsProps = { readonly targets: IncidentDetail["targets"]; readonly open: boolean };

/** What had to be done by when, and whether it was. */
export function ResponseTargets({ targets, open }: ResponseTargetsProps) {
  const nowMs = useNow();
  if (targets.length === 0) return <p className="quiet">This severity has none.</p>;
  return (
    <ul className="targets">
      {targets.map(({ due, met, name }) => {
        const leftMs = Date.parse(due) - nowMs;
        return (
          <li key={`${name} ${due}`}>
            <TargetBadge met={met} />
            <div>
              <strong>{name}</strong>
              <p className="quiet">
                due <TimeText at={due} />
                {met === undefined && open && leftMs > 0 && <>, in {formatAge(leftMs)}</>}
              </p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function TargetBadge({ met }: { readonly met: boolean | undefined }) {
  const [badge, words] =
    met === undefined
      ? (["no-data", "Waiting"] as const)
      : met
        ? (["healthy", "Met"] as const)
        : (["page", "Breached"] as const);
  return (
    <span className={`badge badge-${badge}`}>
      <Icon name={badge} />
      {words}
    </span>
  );
}
