import { incidentsResource } from "../api/resources.js";
import type { IncidentList as Incidents } from "../api/answers.js";
import { useResource } from "../api/use-resource.js";
import { formatDuration } from "../format/duration.js";
import { commandWords } from "../layout/command-words.js";
import { isOpen, orderIncidents } from "../layout/incident-order.js";
import { CopyCommand } from "../parts/copy-command.js";
import { IncidentList } from "../parts/incident-list.js";
import { Loaded } from "../parts/loaded.js";
import { PageTitle } from "../parts/page-title.js";
import { Section } from "../parts/section.js";

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
      <Section title="Open">
        {opened.length === 0 ? (
          <p className="empty-line">No open incidents.</p>
        ) : (
          <IncidentList incidents={opened} label="Open incidents" />
        )}
      </Section>
      {total > open && (
        <Section
          title="Resolved"
          note={over.length < total - open ? `The newest ${over.length} of ${total - open}.` : undefined}
        >
          <IncidentList incidents={over} label="Resolved incidents" />
        </Section>
      )}
      {total === 0 && (
        <p className="quiet">There has been none yet. One opens by itself within two minutes of a breach.</p>
      )}
      <CopyCommand command={commandWords("incident", "list")} />
    </>
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
