import type { Rule, WindowBurn } from "../api/answers.js";
import { formatBurn, formatFactor } from "../format/burn.js";
import { formatWindow } from "../format/duration.js";
import { groupDigits } from "../format/group-digits.js";
import { formatRatio, formatShare } from "../format/percent.js";
import { burnPosition, highestBurn } from "../layout/burn-scale.js";
import { Icon } from "./icon.js";

const OUTCOMES = { quiet: "Quiet", firing: "Fires", frozen: "Frozen" } as const;

/** A rule in full: both windows against its line, and what its verdict rests on. */
export function BurnGauge({ rule, target, id }: { readonly rule: Rule; readonly target: number; readonly id: string }) {
  const highest = highestBurn(target);
  const windows = `${formatWindow(rule.long.lengthMs)} and ${formatWindow(rule.short.lengthMs)}`;
  const icon =
    rule.outcome === "firing" ? (rule.firingTier ?? rule.tier) : rule.outcome === "frozen" ? "frozen" : "healthy";
  return (
    <li className="gauge" data-outcome={rule.outcome} data-tier={rule.firingTier ?? rule.tier}>
      <h3 id={id}>
        <span>
          {rule.tier === "page" ? "Page" : "Ticket"} over {windows}
        </span>
        <span className={`badge badge-${icon}`}>
          <Icon name={icon} />
          {OUTCOMES[rule.outcome]}
        </span>
      </h3>
      <p className="quiet">
        Line at <strong className="figure">{formatFactor(rule.factor)}</strong>: {formatShare(rule.budgetShare)} of the
        budget in {formatWindow(rule.long.lengthMs)}. Fires when both are over it.
      </p>
      <WindowGauge burn={rule.long} factor={rule.factor} highest={highest} />
      <WindowGauge burn={rule.short} factor={rule.factor} highest={highest} />
      <Scale factor={rule.factor} highest={highest} />
      {rule.demotedBecause !== undefined && (
        <p className="gauge-note">A ticket and not a page: {rule.demotedBecause}.</p>
      )}
      {rule.frozenBecause.map(({ message }) => (
        <p className="gauge-note" key={message}>
          Frozen: {message}.
        </p>
      ))}
    </li>
  );
}

type WindowGaugeProps = { readonly burn: WindowBurn; readonly factor: number; readonly highest: number };

function WindowGauge({ burn, factor, highest }: WindowGaugeProps) {
  const over = burn.burnRate !== undefined && burn.burnRate > factor;
  const length = formatWindow(burn.lengthMs);
  const words = `${length}: ${formatBurn(burn.burnRate)}, ${over ? "over" : "not over"} the line at ${formatFactor(factor)}`;
  return (
    <div className="window-gauge" data-over={over}>
      <span className="window-length figure">{length}</span>
      <span className="window-track" role="img" aria-label={words}>
        <span className="window-fill" style={{ width: `${burnPosition(burn.burnRate ?? 0, highest) * 100}%` }} />
        <span className="window-line" style={{ left: `${burnPosition(factor, highest) * 100}%` }} />
      </span>
      <strong className="window-burn figure">{formatBurn(burn.burnRate)}</strong>
      <span className="window-counts quiet figure">
        {groupDigits(burn.bad)} bad of {groupDigits(burn.total)}
        {burn.coverageRatio < 1 && <>, {formatRatio(burn.coverageRatio)} measured</>}
      </span>
    </div>
  );
}

function Scale({ factor, highest }: { readonly factor: number; readonly highest: number }) {
  const at = burnPosition(factor, highest);
  // Marks that would lie on the line's own are left out.
  const marks = [1, 10, 100, 1000].filter(
    (mark) => burnPosition(mark, highest) < 0.84 && Math.abs(burnPosition(mark, highest) - at) > 0.12,
  );
  return (
    <div className="window-scale figure" aria-hidden="true">
      <div>
        {marks.map((mark) => (
          <span key={mark} style={{ left: `${burnPosition(mark, highest) * 100}%` }}>
            {formatBurn(mark)}
          </span>
        ))}
        <span className="scale-line" style={{ left: `${at * 100}%` }}>
          {formatFactor(factor)}
        </span>
        {at < 0.86 && (
          <span data-end="" style={{ left: "100%" }} title="Everything fails">
            {formatBurn(highest)}
          </span>
        )}
      </div>
    </div>
  );
}
