import type { IncidentDetail } from "../api/answers.js";
import { formatAge } from "../format/duration.js";
import { TimeText } from "./time-text.js";

type TimelineProps = { readonly entries: IncidentDetail["timeline"]; readonly from: string };

/** What happened, in order. */
export function Timeline({ entries, from }: TimelineProps) {
  const fromMs = Date.parse(from);
  return (
    <ol className="timeline">
      {entries.map(({ actor, at, kind, text }, index) => (
        // Entries are only ever added at the end.
        <li key={`${index} ${at}`} data-kind={kind}>
          <div className="timeline-when">
            <TimeText at={at} />
            <span className="quiet figure">+{formatAge(Date.parse(at) - fromMs)}</span>
          </div>
          <div>
            <p className="timeline-text">{text}</p>
            <p className="quiet">
              {kind} · {actor}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
