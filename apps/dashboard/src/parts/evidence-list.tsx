import { useState } from "react";
import type { IncidentDetail } from "../api/answers.js";
import { evidenceResource } from "../api/incident-resources.js";
import { useResource } from "../api/use-resource.js";
import { Loaded } from "./loaded.js";
import { TimeText } from "./time-text.js";

/** What was recorded at each turn, the hash that names it, and what was seen where somebody asks for it. */
export function EvidenceList({ evidence, id: incidentId }: Pick<IncidentDetail, "evidence" | "id">) {
  return (
    <ul className="rows plain-rows">
      {evidence.map(({ from, hash, id, kind, source, summary, to }) => (
        <li className="row evidence" key={id}>
          <p>
            <strong>{kind}</strong> <span className="quiet">from {source}</span>
          </p>
          <p>{summary}</p>
          <p className="quiet">
            {id} · <TimeText at={from} /> to <TimeText at={to} />
          </p>
          <code className="hash">{hash}</code>
          <Seen incidentId={incidentId} hash={hash} what={summary} />
        </li>
      ))}
    </ul>
  );
}

type SeenProps = { readonly incidentId: string; readonly hash: string; readonly what: string };

/** Read only once it is opened: it may be long, and an incident may have much of it. */
function Seen(props: SeenProps) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>What was seen</summary>
      {open && <SeenData {...props} />}
    </details>
  );
}

function SeenData({ hash, incidentId, what }: SeenProps) {
  const item = useResource(evidenceResource(incidentId, hash));
  return (
    <Loaded of={item} what="what was seen">
      {({ data }) => (
        // What scrolls must be reachable by keyboard.
        <pre className="seen" tabIndex={0} role="region" aria-label={`What was seen: ${what}`}>
          {typeof data === "string" ? data : JSON.stringify(data, undefined, 2)}
        </pre>
      )}
    </Loaded>
  );
}
