import type { ShownVerdict } from "../layout/shown-verdict.js";
import { Icon } from "./icon.js";

/** What an SLO is: shape, word and colour, so that any one of them is enough. */
export function VerdictBadge({ verdict }: { readonly verdict: ShownVerdict }) {
  return (
    <span className={`badge badge-${verdict.kind}${verdict.quiet ? " badge-quiet" : ""}`}>
      <Icon name={verdict.kind} />
      {verdict.words}
    </span>
  );
}
