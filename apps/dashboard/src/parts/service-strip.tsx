import type { ServiceRow, SloStatus } from "../api/answers.js";
import { budgetFigure } from "../format/percent.js";
import { rankOf, worstOf, type ServiceVerdict } from "../layout/service-verdict.js";
import { VERDICT_WORDS } from "../layout/shown-verdict.js";
import { Link } from "../router/link.js";
import { Icon } from "./icon.js";

type ServiceStripProps = {
  readonly services: readonly ServiceRow[];
  readonly slos: readonly SloStatus[];
  readonly label?: string;
};

const MOST_SHOWN = 12;

/** Services side by side, each as its worst SLO is. */
export function ServiceStrip({ services, slos, label = "Services" }: ServiceStripProps) {
  const items = services
    .map((service) => ({ service, verdict: worstOf(slos.filter((slo) => slo.service === service.id)) }))
    .toSorted((one, other) => rankOf(one.verdict) - rankOf(other.verdict));
  if (items.length === 0) return null;
  const chips = items.map(({ service, verdict }) => (
    <ServiceChip key={service.id} service={service} verdict={verdict} />
  ));
  return (
    <nav className="service-strip" aria-label={label}>
      {chips.slice(0, MOST_SHOWN)}
      {chips.length > MOST_SHOWN && (
        <details>
          <summary>{chips.length - MOST_SHOWN} more services</summary>
          <div className="service-strip">{chips.slice(MOST_SHOWN)}</div>
        </details>
      )}
    </nav>
  );
}

function ServiceChip({ service, verdict }: { readonly service: ServiceRow; readonly verdict: ServiceVerdict }) {
  const { kind, quiet } = verdict;
  return (
    <Link to={{ view: "service", id: service.id }} className={`service-chip chip-${quiet ? "no-data" : kind}`}>
      <Icon name={kind} />
      <span className="service-chip-name">{service.title ?? service.id}</span>
      <span className="visually-hidden">, {quiet ? "held back" : VERDICT_WORDS[kind]}, </span>
      {service.lowestRemainingRatio !== undefined && kind !== "no-data" && (
        <span className="figure quiet">{budgetFigure(service.lowestRemainingRatio)}</span>
      )}
    </Link>
  );
}
