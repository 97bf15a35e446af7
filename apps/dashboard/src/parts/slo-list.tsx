import { useState } from "react";
import type { IncidentSummary, SloStatus } from "../api/answers.js";
import { incidentBySlo } from "../layout/incident-order.js";
import { SloRow } from "./slo-row.js";

type SloListProps = {
  readonly slos: readonly SloStatus[];
  readonly incidents: readonly IncidentSummary[];
  readonly label: string;
};

// A row is about fifty elements: a few hundred rows are what a phone renders at once.
const STEP = 100;

/** SLOs as rows, in the order given, so many at a time. */
export function SloList({ slos, incidents, label }: SloListProps) {
  const [shown, setShown] = useState(STEP);
  const bySlo = incidentBySlo(incidents);
  return (
    <>
      <ul className="rows" aria-label={label}>
        {slos.slice(0, shown).map((slo) => (
          <SloRow key={slo.id} slo={slo} incident={bySlo.get(slo.id)} />
        ))}
      </ul>
      {slos.length > shown && (
        <button type="button" onClick={() => setShown(shown + STEP)}>
          Show {Math.min(STEP, slos.length - shown)} more of {slos.length - shown}
        </button>
      )}
    </>
  );
}
