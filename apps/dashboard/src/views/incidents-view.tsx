import { foundIncidentsResource, incidentsResource, servicesResource } from "../api/resources.js";
import type { IncidentList as Incidents } from "../api/answers.js";
import { useResource } from "../api/use-resource.js";
import { formatDuration } from "../format/duration.js";
import { commandWords } from "../layout/command-words.js";
import {
  readIncidentFilter,
  SEVERITIES,
  SHOWN_STATUSES,
  writeIncidentFilter,
  type IncidentFilter,
} from "../layout/incident-filter.js";
import { isOpen, orderIncidents } from "../layout/incident-order.js";
import { CopyCommand } from "../parts/copy-command.js";
import { DeclareIncident } from "../parts/declare-incident.js";
import { IncidentList } from "../parts/incident-list.js";
import { Loaded } from "../parts/loaded.js";
import { PageTitle } from "../parts/page-title.js";
import { Section } from "../parts/section.js";
import { useLocation, useRouter } from "../router/router-context.js";

/** What is open, what was, and how long it took. */
export function IncidentsView() {
  const incidents = useResource(incidentsResource);
  return (
    <>
      <PageTitle path={[]} title="Incidents" />
      <Loaded of={incidents} what="the incidents">
        {(list) => <IncidentsPage list={list} />}
      </Loaded>
    </>
  );
}

function IncidentsPage({ list }: { readonly list: Incidents }) {
  const { meanTimeToAcknowledgeMs, meanTimeToResolveMs, open, total } = list.metrics;
  const router = useRouter();
  const filter = readIncidentFilter(useLocation().query);
  const services = (useResource(servicesResource).data?.services ?? []).map(({ id }) => id);
  const ordered = orderIncidents(list.incidents);
  const opened = ordered.filter(isOpen);
  const over = ordered.filter((incident) => !isOpen(incident));
  return (
    <>
      <dl className="tiles">
        <Tile name="Open" value={String(open)} loud={open > 0} />
        <Tile name="In all" value={String(total)} />
        <Tile name="Mean time to acknowledge" value={meanWords(meanTimeToAcknowledgeMs)} />
        <Tile name="Mean time to resolve" value={meanWords(meanTimeToResolveMs)} />
      </dl>
      <DeclareIncident services={services} />
      {total > 0 && (
        <FilterBar
          filter={filter}
          services={services}
          onChange={(next) => router.navigate(`/incidents${writeIncidentFilter(next)}`, { replace: true })}
        />
      )}
      {writeIncidentFilter(filter) === "" ? (
        <EveryIncident opened={opened} over={over} overCount={total - open} />
      ) : (
        <Found query={writeIncidentFilter(filter)} />
      )}
      <CopyCommand command={commandWords("incident", "list")} />
    </>
  );
}

type Ordered = ReturnType<typeof orderIncidents>;
type EveryIncidentProps = { readonly opened: Ordered; readonly over: Ordered; readonly overCount: number };

function EveryIncident({ opened, over, overCount }: EveryIncidentProps) {
  return (
    <>
      <Section title="Open">
        {opened.length === 0 ? (
          <p className="empty-line">No open incidents.</p>
        ) : (
          <IncidentList incidents={opened} label="Open incidents" />
        )}
      </Section>
      {overCount > 0 && (
        <Section
          title="Resolved"
          note={over.length < overCount ? `The newest ${over.length} of ${overCount}.` : undefined}
        >
          <IncidentList incidents={over} label="Resolved incidents" />
        </Section>
      )}
      {overCount + opened.length === 0 && (
        <p className="quiet">There has been none yet. One opens by itself within two minutes of a breach.</p>
      )}
    </>
  );
}

function Found({ query }: { readonly query: string }) {
  const found = useResource(foundIncidentsResource(query));
  return (
    <Section title="Found">
      <Loaded of={found} what="the incidents">
        {({ incidents }) =>
          incidents.length === 0 ? (
            <p className="empty-line">No incident is like that.</p>
          ) : (
            <IncidentList incidents={orderIncidents(incidents)} label="Incidents found" />
          )
        }
      </Loaded>
    </Section>
  );
}

type FilterBarProps = {
  readonly filter: IncidentFilter;
  readonly services: readonly string[];
  readonly onChange: (filter: IncidentFilter) => void;
};

function FilterBar({ filter, onChange, services }: FilterBarProps) {
  const choose = (name: keyof IncidentFilter, all: string, values: readonly string[]) => (
    <label className="filter-service">
      <span className="visually-hidden">{name}</span>
      <select value={filter[name]} onChange={(event) => onChange({ ...filter, [name]: event.target.value })}>
        <option value="">{all}</option>
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  );
  return (
    <search className="filter" aria-label="Filter incidents">
      {choose("status", "Every status", SHOWN_STATUSES)}
      {choose("severity", "Every severity", SEVERITIES)}
      {choose("service", "Every service", services)}
    </search>
  );
}

function meanWords(ms: number | undefined): string {
  return ms === undefined ? "–" : formatDuration(ms);
}

function Tile({
  name,
  value,
  loud = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly loud?: boolean;
}) {
  return (
    <div className="tile" data-loud={loud}>
      <dt>{name}</dt>
      <dd className="figure">{value}</dd>
    </div>
  );
}
