import type { SloStatus } from "../api/answers.js";

/** Who to ask and what to do. */
export function SloLinks({ slo }: { readonly slo: Pick<SloStatus, "owner" | "runbook"> }) {
  if (slo.owner === undefined && slo.runbook === undefined) return null;
  return (
    <p className="slo-links">
      {slo.runbook !== undefined &&
        (isWebAddress(slo.runbook) ? (
          <a href={slo.runbook} rel="noreferrer">
            Runbook
          </a>
        ) : (
          <span>Runbook: {slo.runbook}</span>
        ))}
      {slo.owner !== undefined && <span>Owner: {slo.owner}</span>}
    </p>
  );
}

/** Only these become links: a configuration must not be able to put a script behind one. */
export function isWebAddress(address: string): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
