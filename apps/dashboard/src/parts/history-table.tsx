import { useState } from "react";
import type { SloHistory } from "../api/answers.js";
import { groupDigits } from "../format/group-digits.js";
import { budgetFigure, formatRatio } from "../format/percent.js";
import { TimeText } from "./time-text.js";

/** The charts' figures, newest first; made only when somebody asks. */
export function HistoryTable({ history }: { readonly history: SloHistory }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="history-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {open && (
        // What scrolls must be reachable by keyboard.
        <div className="scroll" tabIndex={0} role="region" aria-label="History as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Step's end</th>
                <th scope="col">Budget left</th>
                <th scope="col">Bad</th>
                <th scope="col">Total</th>
                <th scope="col">Measured</th>
              </tr>
            </thead>
            <tbody className="figure">
              {history.points.toReversed().map(({ at, bad, coverageRatio, remainingRatio, total }) => (
                <tr key={at}>
                  <th scope="row">
                    <TimeText at={at} />
                  </th>
                  <td>{budgetFigure(remainingRatio)}</td>
                  <td>{groupDigits(bad)}</td>
                  <td>{groupDigits(total)}</td>
                  <td>{formatRatio(coverageRatio)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
