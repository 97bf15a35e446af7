import type { IncidentDetail } from "../api/answers.js";
import { useNow } from "../api/use-now.js";
import { formatAge } from "../format/duration.js";
import { Icon } from "./icon.js";
import { TimeText } from "./time-text.js";

type Clock = IncidentDetail["clocks"][number];

const WORDS: Readonly<Record<Clock["kind"], string>> = {
  acknowledge: "acknowledge",
  escalate: "call somebody",
  stakeholders: "tell stakeholders",
};

/** What had to be done by when, and whether it was. */
export function ResponseTargets({ clocks }: { readonly clocks: readonly Clock[] }) {
  const nowMs = useNow();
  if (clocks.length === 0) return <p className="quiet">This severity has none.</p>;
  return (
    <ul className="targets">
      {clocks.map(({ due, kind, lateMs, outcome, round, severity }) => {
        const leftMs = Date.parse(due) - nowMs;
        // An answer is as old as the page; the clock goes on.
        const late = outcome === "breached" || (outcome === "running" && leftMs <= 0);
        return (
          <li key={`${kind} ${round} ${severity} ${due}`}>
            <TargetBadge outcome={late ? "breached" : outcome} />
            <div>
              <strong>
                {severity}: {WORDS[kind]}
              </strong>
              <p className="quiet">
                due <TimeText at={due} />
                {outcome === "running" && leftMs > 0 && <>, in {formatAge(leftMs)}</>}
                {late && <>, {formatAge(Math.max(lateMs, outcome === "running" ? -leftMs : 0))} late</>}
              </p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

const BADGES = {
  running: ["no-data", "Waiting"],
  met: ["healthy", "Met"],
  breached: ["page", "Breached"],
  moot: ["quiet", "Moot"],
} as const;

function TargetBadge({ outcome }: { readonly outcome: Clock["outcome"] }) {
  const [badge, words] = BADGES[outcome];
  return (
    <span className={`badge badge-${badge}`}>
      {badge !== "quiet" && <Icon name={badge} />}
      {words}
    </span>
  );
}
