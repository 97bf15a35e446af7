import { openIncidentsResource, servicesResource, slosResource } from "../api/resources.js";
import type { ServiceRow } from "../api/answers.js";
import { useResource } from "../api/use-resource.js";
import { orderIncidents } from "../layout/incident-order.js";
import { sortSlos } from "../layout/sort-slos.js";
import { Facts } from "../parts/facts.js";
import { GatePanel } from "../parts/gate-panel.js";
import { IncidentList } from "../parts/incident-list.js";
import { Loaded } from "../parts/loaded.js";
import { Message } from "../parts/message.js";
import { PageTitle } from "../parts/page-title.js";
import { Section } from "../parts/section.js";
import { ServiceStrip } from "../parts/service-strip.js";
import { SloList } from "../parts/slo-list.js";

/** One service: what it promises, what it rests on, what is open, what may be done. */
export function ServiceView({ id }: { readonly id: string }) {
  const services = useResource(servicesResource);
  const service = services.data?.services.find((row) => row.id === id);
  return (
    <>
      <PageTitle path={[{ to: { view: "overview" }, name: "Overview" }]} title={service?.title ?? id} />
      <Loaded of={services} what="the services">
        {(list) =>
          service === undefined ? (
            <Message tone="warning" title={`There is no service ${id}.`}>
              <p>It may have been taken out of the configuration since this page was opened.</p>
            </Message>
          ) : (
            <ServicePage service={service} services={list.services} />
          )
        }
      </Loaded>
    </>
  );
}

type ServicePageProps = { readonly service: ServiceRow; readonly services: readonly ServiceRow[] };

function ServicePage({ service, services }: ServicePageProps) {
  const slos = useResource(slosResource);
  const incidents = useResource(openIncidentsResource);
  const all = slos.data?.slos ?? [];
  const needs = services.filter(({ id }) => service.dependsOn.includes(id));
  const neededBy = services.filter(({ dependsOn }) => dependsOn.includes(service.id));
  return (
    <>
      <Facts
        facts={[
          { name: "Tier", value: String(service.tier) },
          { name: "Owner", value: service.owner ?? "not named" },
          ...(service.title === undefined ? [] : [{ name: "Name", value: service.id }]),
        ]}
      />
      <Section title="Open incidents">
        <Loaded of={incidents} what="the incidents">
          {(list) => {
            const own = orderIncidents(list.incidents.filter((incident) => incident.service === service.id));
            return own.length === 0 ? (
              <p className="empty-line">None.</p>
            ) : (
              <IncidentList incidents={own} label="Open incidents" />
            );
          }}
        </Loaded>
      </Section>
      <Section title="SLOs">
        <Loaded of={slos} what="the SLOs">
          {(list) => {
            const own = sortSlos(list.slos.filter((slo) => slo.service === service.id));
            if (own.length === 0)
              return <p className="empty-line">It promises nothing yet: add an SLO for it to plimsoll.yaml.</p>;
            return <SloList slos={own} incidents={incidents.data?.incidents ?? []} label={`SLOs of ${service.id}`} />;
          }}
        </Loaded>
      </Section>
      <Section title="May a change go now?">
        <GatePanel service={service.id} />
      </Section>
      <div className="two">
        <Section title="Depends on">
          {needs.length === 0 ? (
            <p className="quiet">No other service.</p>
          ) : (
            <ServiceStrip services={needs} slos={all} label="Depends on" />
          )}
        </Section>
        <Section title="Needed by">
          {neededBy.length === 0 ? (
            <p className="quiet">No other service.</p>
          ) : (
            <ServiceStrip services={neededBy} slos={all} label="Needed by" />
          )}
        </Section>
      </div>
    </>
  );
}
