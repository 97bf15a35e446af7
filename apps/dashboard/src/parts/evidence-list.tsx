import type { IncidentDetail } from "../api/answers.js";
import { TimeText } from "./time-text.js";

/** What was recorded at each turn, and the hash that names it. */
export function EvidenceList({ evidence }: { readonly evidence: IncidentDetail["evidence"] }) {
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
        </li>
      ))}
    </ul>
  );
}
