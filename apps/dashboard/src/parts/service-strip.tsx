import type { ServiceRow, SloStatus } from "../api/answers.js";
import { formatBudget } from "../format/percent.js";
import { shownVerdict, VERDICT_WORDS, VERDICT_KINDS, type VerdictKind } from "../layout/shown-verdict.js";
import { Link } from "../router/link.js";
import { Icon } from "./icon.js";

type ServiceStripProps = { readonly services: readonly ServiceRow[]; readonly slos: readonly SloStatus[]; readonly label?: string };

/** Services side by side, each as its worst SLO is. */
export function ServiceStrip({ services, slos, label = "Services" }: ServiceStripProps) {
  const items = services
    .map((service) => ({ service, kind: worstOf(slos.filter((slo) => slo.service === service.id)) }))
    .toSorted((one, other) => VERDICT_KINDS.indexOf(one.kind) - VERDICT_KINDS.indexOf(other.kind));
  if (items.length === 0) return null;
  return (
    <nav className="service-strip" aria-label={label}>
      {items.map(({ kind, service }) => (
        <Link key={service.id} to={{ view: "service", id: service.id }} className={`service-chip chip-${kind}`}>
          <Icon name={kind} />
          <span className="service-chip-name">{service.title ?? service.id}</span>
          <span className="visually-hidden">, {VERDICT_WORDS[kind]}, </span>
          {service.lowestRemainingRatio !== undefined && kind !== "no-data" && (
            <span className="figure quiet">{formatBudget(service.lowestRemainingRatio)}</span>
          )}
        </Link>
      ))}
    </nav>
  );
}

/** The loudest of a service's SLOs, of those that are heard. */
export function worstOf(slos: readonly SloStatus[]): VerdictKind {
  const kinds = new Set(slos.map(shownVerdict).filter(({ quiet }) => !quiet).map(({ kind }) => kind));
  return VERDICT_KINDS.find((kind) => kinds.has(kind)) ?? "no-data";
}
