import { memo } from "react";
import type { IncidentSummary, SloStatus } from "../api/answers.js";
import { formatDuration } from "../format/duration.js";
import { groupDigits } from "../format/group-digits.js";
import { objectiveWords } from "../format/objective-words.js";
import { formatRatio } from "../format/percent.js";
import { shownVerdict } from "../layout/shown-verdict.js";
import { Link } from "../router/link.js";
import { BudgetBar } from "./budget-bar.js";
import { BurnMini } from "./burn-mini.js";
import { Icon } from "./icon.js";
import { Since } from "./time-text.js";
import { VerdictBadge } from "./verdict-badge.js";

type SloRowProps = { readonly slo: SloStatus; readonly incident?: IncidentSummary | undefined };

/** An SLO on one line: what it is, what is left, how fast it burns, how long that lasts. */
export const SloRow = memo(function SloRow({ slo, incident }: SloRowProps) {
  const verdict = shownVerdict(slo);
  const measured = slo.budget.total > 0;
  return (
    <li className="row slo-row" data-verdict={verdict.quiet ? "quiet" : verdict.kind}>
      <div className="slo-verdict">
        <VerdictBadge verdict={verdict} />
        {verdict.since !== undefined && <Since at={verdict.since} />}
        {verdict.notes.map((note) => (
          <span className="note" key={note}>
            {note}
          </span>
        ))}
      </div>
      <div className="slo-name">
        <Link to={{ view: "slo", id: slo.id }} className="row-link" data-row="">
          {slo.title ?? slo.id}
        </Link>
        <p className="quiet">
          <Link to={{ view: "service", id: slo.service }}>{slo.service}</Link> · {objectiveWords(slo)}
        </p>
        {slo.verdict.reasons.length > 0 && (
          <p className="reason">{slo.verdict.reasons.map(({ message }) => message).join("; ")}</p>
        )}
        {incident !== undefined && (
          <p>
            <Link to={{ view: "incident", id: incident.id }} className="incident-link">
              <Icon name="link" />
              {incident.severity} {incident.status}
            </Link>
          </p>
        )}
      </div>
      <div className="slo-budget">
        <BudgetBar remainingRatio={slo.budget.remainingRatio} measured={measured} />
        <p className="quiet">{exhaustionWords(slo)}</p>
      </div>
      <ul className="minis" aria-label="Burn per rule">
        {slo.rules.map((rule) => (
          <BurnMini key={rule.id} rule={rule} target={slo.target} />
        ))}
      </ul>
      <dl className="slo-figures figure">
        <div>
          <dt>SLI</dt>
          <dd>{slo.sliRatio === undefined ? "–" : formatRatio(slo.sliRatio)}</dd>
        </div>
        <div data-low={slo.coverageRatio < 0.9}>
          <dt>Measured</dt>
          <dd>{formatRatio(slo.coverageRatio)}</dd>
        </div>
      </dl>
    </li>
  );
});

/** Says when nothing will be left. */
export function exhaustionWords({ budget, exhaustion }: Pick<SloStatus, "budget" | "exhaustion">): string {
  if (budget.total <= 0) return "";
  switch (exhaustion.kind) {
    case "spent":
      return "nothing left to spend";
    case "never":
      return "lasts at this rate";
    case "in":
      return exhaustion.durationMs === undefined ? "" : `gone in ${farWords(exhaustion.durationMs)} at this rate`;
  }
}

const DAY_MS = 86_400_000;
const FAR_DAYS = 100;

/** Nobody plans by the minute what lies months ahead. */
function farWords(durationMs: number): string {
  const days = Math.floor(durationMs / DAY_MS);
  return days >= FAR_DAYS ? `${groupDigits(days)} d` : formatDuration(durationMs);
}
