import type { SchedulePreview } from "../api/on-call-resources.js";
import { formatMinute } from "../format/instant.js";

type PreviewWordsProps = {
  readonly preview: SchedulePreview;
  readonly people: readonly { readonly id: string; readonly name: string }[];
};

/** What a change would come to, in words. */
export function PreviewWords({ people, preview: { differences, pages = [] } }: PreviewWordsProps) {
  const names = (ids: readonly string[]) =>
    ids.map((id) => people.find((person) => person.id === id)?.name ?? id).join(" and ") || "nobody";
  return (
    <div className="preview" role="status">
      <p>
        <strong>What this changes</strong>
      </p>
      <ul>
        {differences.length === 0 && <li>Nothing: nobody else is on call by it.</li>}
        {differences.map(({ after, before, from, opensGap, to }) => (
          <li key={from}>
            <span className="figure">
              {formatMinute(Date.parse(from))} to {formatMinute(Date.parse(to))}
            </span>
            : {names(after)} instead of {names(before)}
            {opensGap && <strong className="alarm"> This opens a gap.</strong>}
          </li>
        ))}
        {pages.map(({ after, policy }) => (
          <li key={policy}>
            An incident at its start would page by {policy}:{" "}
            {after
              .map(
                ({ at, people: paged }) =>
                  `${formatMinute(Date.parse(at))} ${paged.map((one) => `${one.name} (${one.sends.map(({ channel }) => channel).join(", ") || "not reachable"})`).join(" and ") || "nobody"}`,
              )
              .join("; then ") || "nobody"}
          </li>
        ))}
      </ul>
    </div>
  );
}
