import type { Correction } from "../api/answers.js";
import { TimeText } from "./time-text.js";

const EFFECTS: Readonly<Record<Correction["effect"], string>> = {
  drop: "Does not count",
  "count-good": "Counts as good",
};

/** What people decided does not count as it was measured. */
export function CorrectionList({ corrections }: { readonly corrections: readonly Correction[] }) {
  return (
    <ul className="rows plain-rows">
      {corrections.map(({ author, covers, effect, from, id, origin, reason, slos, to }) => (
        <li className="row" key={id}>
          <p>
            <strong>{EFFECTS[effect]}</strong>:{" "}
            {from === undefined || to === undefined ? (
              covers
            ) : (
              <>
                <TimeText at={from} /> to <TimeText at={to} />
              </>
            )}
          </p>
          <p className="quiet">
            {reason} ({author}; {origin === "api" ? "by the API" : "in the configuration"};{" "}
            {slos === "all" ? "every SLO" : slos.join(", ")})
          </p>
        </li>
      ))}
    </ul>
  );
}

/** Whether a correction may touch an SLO. */
export function touches(correction: Pick<Correction, "slos">, sloId: string): boolean {
  return correction.slos === "all" || correction.slos.includes(sloId);
}
