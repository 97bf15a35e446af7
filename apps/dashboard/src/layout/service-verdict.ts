import type { SloStatus } from "../api/answers.js";
import { shownVerdict, VERDICT_KINDS, type ShownVerdict } from "./shown-verdict.js";

/** What a service is: as its worst SLO. */
export type ServiceVerdict = Pick<ShownVerdict, "kind" | "quiet">;

/** The worst of a service's SLOs. Shadows have no say; what is held back has, after what is heard and wrong. */
export function worstOf(slos: readonly SloStatus[]): ServiceVerdict {
  const verdicts = slos.filter(({ mode }) => mode === "active").map(shownVerdict);
  const [worst] = verdicts.toSorted((one, other) => rankOf(one) - rankOf(other));
  return worst === undefined ? { kind: "no-data", quiet: false } : { kind: worst.kind, quiet: worst.quiet };
}

export function rankOf({ kind, quiet }: ServiceVerdict): number {
  return quiet ? VERDICT_KINDS.indexOf("ticket") + 0.5 : VERDICT_KINDS.indexOf(kind);
}
