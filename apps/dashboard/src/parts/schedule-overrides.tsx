import { useState } from "react";
import { useDashboard } from "../api/dashboard-context.js";
import type { ScheduleDetail } from "../api/on-call-resources.js";
import { useMay } from "../api/use-session.js";
import { write } from "../api/write.js";
import { formatMinute } from "../format/instant.js";

/** The overrides of a schedule, each with a way to take it back. */
export function ScheduleOverrides({ schedule }: { readonly schedule: ScheduleDetail }) {
  const may = useMay("responder");
  const { store } = useDashboard();
  const [problem, setProblem] = useState<string>();
  const withdraw = async (id: string) => {
    const path = `/schedules/${encodeURIComponent(schedule.id)}/overrides/${encodeURIComponent(id)}`;
    const written = await write("DELETE", path);
    setProblem(written.ok ? undefined : written.failure.message);
    store.refresh("evaluated");
  };
  if (schedule.overrides.length === 0) return null;
  return (
    <>
      <ul className="rows" aria-label={`Overrides of ${schedule.name}`}>
        {schedule.overrides.map(({ author, from, id, reason, to, words }) => (
          <li key={id} className="row-with-act">
            <p>
              <strong>{words}</strong>{" "}
              <span className="figure">
                {formatMinute(Date.parse(from))} to {formatMinute(Date.parse(to))}
              </span>{" "}
              <span className="quiet">{[author, reason].filter((part) => part !== undefined).join(": ")}</span>
            </p>
            {may && (
              <button type="button" aria-label={`Withdraw: ${words}`} onClick={() => void withdraw(id)}>
                Withdraw
              </button>
            )}
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p role="alert" className="alarm">
          {problem}
        </p>
      )}
    </>
  );
}
