import { openIncidentsResource, servicesResource, slosResource } from "../api/resources.js";
import type { IncidentSummary, SloList } from "../api/answers.js";
import { useResource } from "../api/use-resource.js";
import { headline } from "../layout/headline.js";
import { countVerdicts, filterSlos, readFilter, writeFilter, type SloFilter } from "../layout/slo-filter.js";
import { sortSlos } from "../layout/sort-slos.js";
import { HeadlineBanner } from "../parts/headline-banner.js";
import { Loaded } from "../parts/loaded.js";
import { ServiceStrip } from "../parts/service-strip.js";
import { SloFilterBar } from "../parts/slo-filter-bar.js";
import { SloList as SloRows } from "../parts/slo-list.js";
import { useLocation, useRouter } from "../router/router-context.js";
import { NoSlos } from "./no-slos.js";

/** Everything at once, the worst first. */
export function Overview() {
  const slos = useResource(slosResource);
  const incidents = useResource(openIncidentsResource).data?.incidents ?? NO_INCIDENTS;
  if (slos.data === undefined) {
    return (
      <>
        <h1 tabIndex={-1} className="visually-hidden">
          Overview
        </h1>
        <Loaded of={slos} what="the SLOs">
          {() => null}
        </Loaded>
      </>
    );
  }
  return (
    <Loaded of={slos} what="the SLOs">
      {(list) => (list.slos.length === 0 ? <NoSlos /> : <Fleet list={list} incidents={incidents} />)}
    </Loaded>
  );
}

const NO_INCIDENTS: readonly IncidentSummary[] = [];

function Fleet({ list, incidents }: { readonly list: SloList; readonly incidents: readonly IncidentSummary[] }) {
  const router = useRouter();
  const { query } = useLocation();
  const services = useResource(servicesResource).data?.services ?? [];
  const filter = readFilter(query);
  const shown = sortSlos(filterSlos(list.slos, filter));
  const top = headline(list.slos, incidents.length);
  const change = (next: SloFilter) => router.navigate(`/${writeFilter(next)}`, { replace: true });
  return (
    <>
      <HeadlineBanner headline={top} incidents={incidents} />
      <ServiceStrip services={services} slos={list.slos} />
      <section aria-labelledby="slos-title">
        <h2 id="slos-title" className="visually-hidden">
          SLOs, worst first
        </h2>
        <SloFilterBar
          filter={filter}
          onChange={change}
          counts={countVerdicts(filterSlos(list.slos, { ...filter, verdict: "" }))}
          services={[...new Set(list.slos.map(({ service }) => service))].toSorted()}
        />
        {shown.length === 0 ? (
          <p className="empty-line">
            No SLO fits the filter.{" "}
            <button type="button" onClick={() => change({ text: "", service: "", verdict: "" })}>
              Show all {list.slos.length}
            </button>
          </p>
        ) : (
          <SloRows slos={shown} incidents={incidents} label="SLOs, worst first" />
        )}
      </section>
    </>
  );
}
