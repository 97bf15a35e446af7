import type { Rule } from "../api/answers.js";
import { formatBurn, formatFactor } from "../format/burn.js";
import { formatWindow } from "../format/duration.js";
import { burnPosition, highestBurn } from "../layout/burn-scale.js";

/** A rule in the space of a word: how fast it burns, against its line. */
export function BurnMini({ rule, target }: { readonly rule: Rule; readonly target: number }) {
  const highest = highestBurn(target);
  const long = burnPosition(rule.long.burnRate ?? 0, highest);
  const short = burnPosition(rule.short.burnRate ?? 0, highest);
  const words =
    `${rule.tier} rule over ${formatWindow(rule.long.lengthMs)}: burns ${formatBurn(rule.long.burnRate)}, ` +
    `over ${formatWindow(rule.short.lengthMs)} ${formatBurn(rule.short.burnRate)}, line ${formatFactor(rule.factor)}, ${rule.outcome}`;
  return (
    <li className="mini" data-outcome={rule.outcome} data-tier={rule.firingTier ?? rule.tier} title={words}>
      <span className="mini-head" aria-hidden="true">
        <span>{formatWindow(rule.long.lengthMs)}</span>
        <strong className="figure">{rule.long.burnRate === undefined ? "–" : formatBurn(rule.long.burnRate)}</strong>
      </span>
      <span className="mini-track" role="img" aria-label={words}>
        <span className="mini-long" style={{ width: `${long * 100}%` }} />
        <span className="mini-short" style={{ width: `${short * 100}%` }} />
        <span className="mini-line" style={{ left: `${burnPosition(rule.factor, highest) * 100}%` }} />
      </span>
    </li>
  );
}
