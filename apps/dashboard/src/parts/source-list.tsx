import type { Meta } from "../api/answers.js";
import { groupDigits } from "../format/group-digits.js";
import { Icon } from "./icon.js";
import { Age } from "./time-text.js";

const STATES = {
  ok: { words: "Ok", icon: "healthy" },
  failing: { words: "Failing", icon: "page" },
  starting: { words: "Starting", icon: "no-data" },
} as const;

/** Where the data come from, whether they come, and what could not be used. */
export function SourceList({ sources }: { readonly sources: Meta["sources"] }) {
  if (sources.length === 0) return <p className="quiet">No sources are configured: nothing can be measured.</p>;
  return (
    <ul className="sources">
      {sources.map(({ lastError, lastReadAt, name, setAside, state, type }) => (
        <li key={name}>
          <span className={`badge badge-${STATES[state].icon}`}>
            <Icon name={STATES[state].icon} />
            {STATES[state].words}
          </span>
          <div>
            <strong>{name}</strong> <span className="quiet">{type}</span>
            {lastReadAt !== undefined && (
              <span className="quiet">
                {" "}
                · read <Age at={lastReadAt} /> ago
              </span>
            )}
            {lastError !== undefined && <p className="alarm">{lastError}</p>}
            {setAside.map(({ count, example, reason }) => (
              <p key={reason}>
                <span className="figure">{groupDigits(count)}</span> set aside: {reason} <code>{example}</code>
              </p>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
